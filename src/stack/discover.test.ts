import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { stackToJoin } from './discover.ts';
import { identityOf } from './identity.ts';
import { type StackState, writeStackState } from './state.ts';

let home = '';
let starting: ChildProcess;
/** Somebody who has the lock and has not yet written down what it starts. */
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'twitchstats-discover-'));
  starting = spawn('sleep', ['600']);
  onTestFinished(() => {
    starting.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  });
  mkdirSync(join(home, 'stack'));
  writeFileSync(join(home, 'stack', 'supervisor.lock'), JSON.stringify(identity()));
});

const identity = () => identityOf(starting.pid ?? 0) ?? { pid: 0, started: '' };

function stateOf(supervisor: StackState['supervisor']): StackState {
  return {
    version: 1,
    supervisor,
    control: { port: 1, token: 'x' },
    startedAt: 0,
    infra: 'local',
    demo: false,
    channels: [],
    settings: {},
    services: [],
  };
}

describe('a stack that is about to start', () => {
  it('is joined when it has written down what it starts; what was written before it is not its own', async () => {
    writeStackState(home, stateOf({ pid: 2 ** 22 + 1, started: 'before' }));
    const onWaiting = vi.fn(() => writeStackState(home, stateOf(identity())));
    const joined = await stackToJoin(home, { timeoutMs: 60_000, signal: never, onWaiting });
    expect(joined?.supervisor).toEqual(identity());
    expect(onWaiting.mock.calls).toEqual([[starting.pid]]);
  });

  it('leaves the way free when it ends before that', async () => {
    const onWaiting = () => {
      starting.kill('SIGKILL');
    };
    expect(await stackToJoin(home, { timeoutMs: 60_000, signal: never, onWaiting })).toBeUndefined();
  });

  it('is waited for until the time is over', async () => {
    const waiting = stackToJoin(home, { timeoutMs: 200, signal: never, onWaiting: () => undefined });
    await expect(waiting).rejects.toMatchObject({ code: 'START_TIMEOUT', message: 'Not ready after 0.2 s' });
  });

  it('is waited for until Ctrl-C', async () => {
    const interrupted = new AbortController();
    const onWaiting = () => interrupted.abort(new Error('SIGINT'));
    const waiting = stackToJoin(home, { timeoutMs: 60_000, signal: interrupted.signal, onWaiting });
    await expect(waiting).rejects.toThrow('SIGINT');
  });
});

const never = new AbortController().signal;
