/** Placeholder shape until the stack engineer fills it in this session. */
export interface StackState {
  readonly settings: Readonly<Record<string, string>>;
}
export function readStackState(_home: string): StackState | undefined {
  return undefined;
}
