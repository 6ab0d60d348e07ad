import type { ChalkInstance } from 'chalk';
import { homePaths } from '../../stack/paths.ts';
import type { StackState } from '../../stack/state.ts';

/** Ends the start: what listens where, where the data lives and for how long, what to type next. */
export function banner(
  state: StackState,
  { home, tookMs, detached }: { home: string; tookMs: number; detached: boolean },
  paint: ChalkInstance,
): string {
  const up = new Set(state.services.filter((service) => service.state === 'ready').map(({ name }) => name));
  const { KAFKA_BROKERS, CASSANDRA_HOSTS, TWITCHSTATS_API_URL: api } = state.settings;
  const [channel] = state.channels;
  const rows: [string, string | undefined][] = [
    ['Kafka', up.has('kafka') ? KAFKA_BROKERS : undefined],
    ['Cassandra', up.has('cassandra') ? CASSANDRA_HOSTS : undefined],
    ['API', up.has('api') ? `${api}/api/channels` : undefined],
    [
      'channels',
      up.has('ingest') ? `${state.channels.join(', ')}${state.demo ? ' (made up)' : ''}` : undefined,
    ],
    [
      'data',
      state.infra === 'external'
        ? 'in your own Kafka and Cassandra'
        : `${homePaths(home).data}, kept until \`twitchstats down --purge\``,
    ],
    ['logs', homePaths(home).logs],
  ];
  const next: [string, string][] = [
    ...(up.has('api') ? ([['twitchstats watch', 'the live dashboard']] as [string, string][]) : []),
    ...(up.has('api') && channel !== undefined
      ? ([[`twitchstats stats ${channel}`, 'one channel’s counts']] as [string, string][])
      : []),
    ...(up.has('api') && !up.has('ingest')
      ? ([['twitchstats up --demo', 'starts made-up chat; --channel NAME a real one']] as [string, string][])
      : []),
    detached ? ['twitchstats down', 'stops everything'] : ['Ctrl-C', 'stops everything'],
  ];
  const width = Math.max(...next.map(([typed]) => typed.length));
  return [
    '',
    paint.bold(`Ready after ${(tookMs / 1000).toFixed(1)} s.`),
    '',
    ...rows.flatMap(([title, value]) =>
      value === undefined ? [] : [`  ${paint.dim(title.padEnd(10))} ${value}`],
    ),
    '',
    ...next.map(
      ([typed, does], index) =>
        `  ${paint.dim(index === 0 ? 'next' : '    ')} ${paint.cyan(typed.padEnd(width))}  ${does}`,
    ),
    '',
  ].join('\n');
}
