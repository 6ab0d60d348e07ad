import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { emptyStack } from '../testing/stack-state.ts';
import { runningStackSettings } from './discover.ts';
import { identityOf, type ProcessIdentity } from './identity.ts';
import { keepStackState, readStackState, writeStackState } from './state.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'twitchstats-state-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

const state = (supervisor: ProcessIdentity) => emptyStack(supervisor, { KAFKA_BROKERS: '127.0.0.1:1234' });

describe('the stack’s state', () => {
  it('is believed when its supervisor lives', () => {
    writeStackState(home, state(identityOf(process.pid) ?? { pid: 1, started: '' }));
    expect(runningStackSettings(home)).toEqual({ KAFKA_BROKERS: '127.0.0.1:1234' });
  });

  it('is not believed when another process has its supervisor’s pid, as after a reboot', () => {
    writeStackState(home, state({ pid: process.pid, started: 'another boot/1' }));
    expect(readStackState(home)).toBeDefined();
    expect(runningStackSettings(home)).toEqual({});
  });

  it.each(['', '{"version":1,', 'null', '{"version":2}', '\0\0\0\0'])(
    'is nothing when the file says %j',
    (content) => {
      mkdirSync(join(home, 'stack'));
      writeFileSync(join(home, 'stack', 'state.json'), content);
      expect(readStackState(home)).toBeUndefined();
      expect(runningStackSettings(home)).toEqual({});
    },
  );

  it('can be read by its owner alone, since it holds the token of the control port', () => {
    writeStackState(home, state({ pid: 1, started: 'x' }));
    expect(statSync(join(home, 'stack', 'state.json')).mode & 0o777).toBe(0o600);
  });

  it('waits for a disk that takes nothing, and says so once', async () => {
    const troubles: string[] = [];
    const current = () => state({ pid: 1, started: 'x' });
    const keeper = keepStackState(home, current, (reason) => troubles.push(reason), 10);
    onTestFinished(() => keeper.stop());
    writeFileSync(join(home, 'stack'), 'in the way');
    keeper.changed();
    keeper.changed();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(troubles).toEqual([expect.stringContaining('EEXIST')]);
    rmSync(join(home, 'stack'));
    await vi.waitFor(() => expect(readStackState(home)).toEqual(current()));
    expect(troubles).toHaveLength(1);
  });
});
