import type { ServiceStatus, StackState } from '../stack/state.ts';

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

/** What a supervisor writes down of a process that it runs, or is about to. */
export function serviceStatus(
  name: ServiceStatus['name'],
  state: ServiceStatus['state'],
  more: Partial<ServiceStatus> = {},
): ServiceStatus {
  return { name, kind: 'process', state, ports: {}, restarts: 0, detail: '', ...more };
}
