import type { StackState } from '../stack/state.ts';

/** What a supervisor writes down of a stack that has no services. */
export function emptyStack(
  supervisor: StackState['supervisor'],
  settings: StackState['settings'] = {},
): StackState {
  return {
    version: 1,
    supervisor,
    control: { port: 1, token: 'secret' },
    startedAt: 1,
    infra: 'local',
    demo: false,
    channels: [],
    settings,
    services: [],
  };
}
