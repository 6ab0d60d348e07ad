import type { StackState } from '../../stack/state.ts';

/** What `up --json` says of the stack that it started. */
export function stackSummary(state: StackState, home: string, tookMs?: number) {
  return {
    state: 'ready',
    ...(tookMs === undefined ? {} : { took_ms: tookMs }),
    pid: state.supervisor.pid,
    home,
    settings: state.settings,
    services: state.services
      .filter(({ kind, state: is }) => kind === 'process' && is === 'ready')
      .map(({ name, state: is, process, ports, detail }) => ({
        name,
        state: is,
        pid: process?.pid ?? null,
        ports,
        detail,
      })),
  };
}
