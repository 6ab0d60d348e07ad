import { type Seeded, seeded } from '../seeded.ts';

/** The processes that faults happen to, and the connections between them that can break. */
export const pipelineProcesses = ['ingest', 'kafka', 'count', 'archive', 'cassandra', 'api'] as const;
export const pipelineLinks = [
  'twitch-ingest',
  'ingest-kafka',
  'count-kafka',
  'archive-kafka',
  'archive-cassandra',
  'api-kafka',
  'api-cassandra',
  'api-watch',
] as const;
export type PipelineProcess = (typeof pipelineProcesses)[number];
export type PipelineLink = (typeof pipelineLinks)[number];

/**
 * `kill` is SIGKILL, `pause` SIGSTOP for `lastsMs`, `restart` SIGTERM and a new start, `reconnect` Twitch's own request;
 * `cut` resets all connections of a link and refuses new ones, `stall` lets nothing through, both for `lastsMs`.
 */
export type PipelineFault = { readonly at: number; readonly lastsMs: number } & (
  | { readonly kind: 'kill' | 'pause' | 'restart'; readonly target: PipelineProcess }
  | { readonly kind: 'cut' | 'stall'; readonly target: PipelineLink }
  | { readonly kind: 'reconnect'; readonly target: 'twitch' }
);
export type PipelineFaultKind = PipelineFault['kind'];

/** How many of each in the full soak; another number of faults keeps the proportions. */
const mix: Readonly<Record<PipelineFaultKind, number>> = {
  kill: 200,
  pause: 50,
  restart: 20,
  reconnect: 20,
  cut: 40,
  stall: 20,
};
export const fullSoakFaults = Object.values(mix).reduce((sum, count) => sum + count, 0);

/** A broker that comes back takes long and stands in everyone's way, so most kills are of our own processes. */
const ours = ['ingest', 'count', 'archive', 'api'] as const;
const killed = ['ingest', ...ours, ...ours, ...ours, ...ours, 'kafka', 'kafka', 'cassandra'] as const;

/** `count` faults in order of time, spread over the run (`at` is a share of it): the seed fixes which, whom and when. */
export function planPipelineFaults(seed: number, count: number): PipelineFault[] {
  const random = seeded(seed ^ 0x5eed);
  const kinds = shuffled(kindsOf(count), random);
  return kinds.map((kind, index) => ({
    at: ((index + random.next()) / count) * 0.95,
    lastsMs: 500 + random.integer(6000),
    ...victimOf(kind, random),
  }));
}

function kindsOf(count: number): PipelineFaultKind[] {
  const exact = Object.entries(mix).map(([kind, share]) => ({
    kind: kind as PipelineFaultKind,
    exact: (share / fullSoakFaults) * count,
  }));
  const kinds = exact.flatMap(({ kind, exact }) => Array.from({ length: Math.floor(exact) }, () => kind));
  // What rounding left over goes to those that lost most by it.
  const byRest = exact.sort((a, b) => (b.exact % 1) - (a.exact % 1));
  for (let index = 0; kinds.length < count; index += 1)
    kinds.push(byRest[index % byRest.length]?.kind ?? 'kill');
  return kinds;
}

function victimOf(kind: PipelineFaultKind, random: Seeded) {
  switch (kind) {
    case 'kill':
      return { kind, target: random.pick(killed) };
    case 'pause':
      return { kind, target: random.pick(pipelineProcesses) };
    case 'restart':
      return { kind, target: random.pick(['kafka', 'cassandra'] as const) };
    case 'reconnect':
      return { kind, target: 'twitch' as const };
    default:
      return { kind, target: random.pick(pipelineLinks) };
  }
}

function shuffled<T>(items: readonly T[], random: Seeded): T[] {
  return items
    .map((item) => ({ item, order: random.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
