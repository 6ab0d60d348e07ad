import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { emptyStack } from '../testing/stack-state.ts';
import { stackToJoin } from './discover.ts';
import { identityOf } from './identity.ts';
import { writeStackState } from './state.ts';

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

describe('a stack that is about to start', () => {
  it('is joined when it has written down what it starts; what was written before it is not its own', async () => {
    writeStackState(home, emptyStack({ pid: 2 ** 22 + 1, started: 'before' }));
    const onWaiting = vi.fn(() => writeStackState(home, emptyStack(identity())));
    const joined = await stackToJoin(home, { timeoutMs: 60_000, signal: never, onWaiting });
    expect(joined?.supervisor).toEqual(identity());
    expect(onWaiting.mock.calls).toEqual([
      [`Another \`up\` (pid ${starting.pid}) is about to start a stack under ${home}`],
    ]);
  });

  it('leaves the way free when it is being stopped, and has gone', async () => {
    writeStackState(home, { ...emptyStack(identity()), stopping: true });
    const onWaiting = vi.fn(() => {
      starting.kill('SIGKILL');
    });
    expect(await stackToJoin(home, { timeoutMs: 60_000, signal: never, onWaiting })).toBeUndefined();
    expect(onWaiting.mock.calls).toEqual([
      [`Another \`up\` (pid ${starting.pid}) is being stopped under ${home}`],
    ]);
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
