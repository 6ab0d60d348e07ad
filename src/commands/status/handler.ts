import type { HandlerInput } from '../../cli/command.ts';
import { exitCodes } from '../../contract/errors.ts';
import { renderTable } from '../../output/table.ts';
import { type LiveService, type LiveStack, liveStatus } from '../../stack/live-status.ts';

export async function runStatus({ global, output, signal }: HandlerInput<object>): Promise<number> {
  const stack = await liveStatus(global.home, signal);
  if (output.json || !(global.quiet || stack.services.length === 0)) {
    output.object({ ...stack, home: global.home }, () => statusTable(stack.services));
  }
  output.note(inWords(stack, global.home));
  return stack.state === 'healthy' ? exitCodes.ok : exitCodes.notReady;
}

function statusTable(services: readonly LiveService[]): string {
  return renderTable(
    [
      { title: 'SERVICE', value: ({ name }) => name },
      { title: 'STATE', value: ({ state }) => state },
      { title: 'PID', align: 'right', value: ({ pid }) => pid ?? '-' },
      { title: 'PORTS', value: ({ ports }) => Object.values(ports).join(',') },
      {
        title: 'UP',
        align: 'right',
        value: ({ ready_at }) => (ready_at === null ? '-' : duration(Date.now() - ready_at)),
      },
      { title: 'RESTARTS', align: 'right', value: ({ restarts }) => restarts },
      { title: 'DETAIL', value: ({ detail }) => detail },
    ],
    services,
  );
}

function inWords({ state, services }: LiveStack, home: string): string {
  switch (state) {
    case 'healthy':
      return 'Everything is healthy.';
    case 'stopped':
      return `Nothing runs under ${home}. Start it with \`twitchstats up\`.`;
    case 'orphaned':
      return 'The supervisor has gone; its services are ending. Start anew with `twitchstats up`.';
    case 'starting':
      return 'Not everything is ready yet.';
    case 'unhealthy': {
      const ill = services.filter((service) => service.state !== 'ready').map(({ name }) => name);
      return `Not healthy: ${ill.join(', ')}. See \`twitchstats logs ${ill[0] ?? ''}\`.`;
    }
  }
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}
