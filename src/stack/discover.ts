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
  /** Told once, when there is somebody to wait for. */
  readonly onWaiting: (pid: number) => void;
}

/**
 * The stack that runs under `home`. One that is about to start, which may be fetching its servers, is waited for until it
 * has written down what it starts; undefined when it ends before that, or when there is none.
 * @throws AppError START_TIMEOUT; the signal's reason when aborted
 */
export async function stackToJoin(
  home: string,
  { timeoutMs, signal, onWaiting }: JoinOptions,
): Promise<StackState | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (let isFirst = true; ; isFirst = false) {
    const running = runningStack(home);
    const supervisor = supervisorOf(home);
    if (running !== undefined || supervisor === undefined) return running;
    if (Date.now() > deadline) {
      throw new AppError('START_TIMEOUT', `Not ready after ${timeoutMs / 1000} s`, {
        detail: `another \`up\` (pid ${supervisor.pid}) is still about to start a stack under ${home}`,
      });
    }
    if (isFirst) onWaiting(supervisor.pid);
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
