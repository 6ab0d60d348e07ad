import { readStackState } from './state.ts';

/**
 * The settings by which other commands find the stack that runs under `home`: addresses and ports, by setting name.
 * Empty when none runs: the file's word is only taken when its supervisor is alive.
 */
export function runningStackSettings(home: string): Record<string, string> {
  const state = readStackState(home);
  return state === undefined ? {} : { ...state.settings };
}
