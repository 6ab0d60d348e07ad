import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../contract/errors.ts';
import { isAlive } from './identity.ts';
import { supervisorOf } from './lock.ts';
import { readStackState, type StackState } from './state.ts';

/** The stack that runs under `home`: its supervisor was looked at and lives. */
export function runningStack(home: string): StackState | undefined {
  const state = readStackState(home);
  return state !== undefined && isAlive(state.supervisor) ? state : undefined;
}

export interface JoinOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Told once, when there is somebody to wait for, who that is. */
  readonly onWaiting: (what: string) => void;
}

/**
 * The stack that runs under `home`. One that is about to start, which may be fetching its servers, is waited for until it
 * has written down what it starts, and one that is being stopped until it has gone; undefined when it ends before that, or
 * when there is none.
 * @throws AppError START_TIMEOUT; the signal's reason when aborted
 */
export async function stackToJoin(
  home: string,
  { timeoutMs, signal, onWaiting }: JoinOptions,
): Promise<StackState | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (let isFirst = true; ; isFirst = false) {
    const written = runningStack(home);
    const isEnding = written?.stopping === true;
    const running = isEnding ? undefined : written;
    const supervisor = supervisorOf(home);
    if (running !== undefined || supervisor === undefined) return running;
    const what = isEnding ? 'is being stopped' : 'is about to start a stack';
    if (Date.now() > deadline) {
      throw new AppError('START_TIMEOUT', `Not ready after ${timeoutMs / 1000} s`, {
        detail: `another \`up\` (pid ${supervisor.pid}) ${what} under ${home}`,
      });
    }
    if (isFirst) onWaiting(`Another \`up\` (pid ${supervisor.pid}) ${what} under ${home}`);
    await sleep(100, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/**
 * The settings by which other commands find the stack that runs under `home`: addresses and ports, by setting name.
 * Empty when none runs: the file's word is only taken when its supervisor is alive.
 */
export function runningStackSettings(home: string): Record<string, string> {
  return { ...runningStack(home)?.settings };
}
