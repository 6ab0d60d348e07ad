import { isAlive } from './identity.ts';
import { readStackState, type StackState } from './state.ts';

/** The stack that runs under `home`: its supervisor was looked at and lives. */
export function runningStack(home: string): StackState | undefined {
  const state = readStackState(home);
  return state !== undefined && isAlive(state.supervisor) ? state : undefined;
}

/**
 * The settings by which other commands find the stack that runs under `home`: addresses and ports, by setting name.
 * Empty when none runs: the file's word is only taken when its supervisor is alive.
 */
export function runningStackSettings(home: string): Record<string, string> {
  return { ...runningStack(home)?.settings };
}
