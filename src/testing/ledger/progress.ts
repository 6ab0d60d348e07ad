import { connectCassandra } from '../../cassandra/client.ts';
import { pagesOf } from '../../cassandra/pages.ts';
import type { Settings } from '../../config/settings.ts';
import { cachedPartitioner } from '../../kafka/murmur2.ts';
import { readTopics } from '../../kafka/topic-reader.ts';
import type { Fault } from './faults.ts';
import type { Plan } from './plan.ts';

/** Milliseconds, as whoever waits for it sees them. */
export interface Standstill {
  /** Between two acknowledged sends. */
  readonly sending: number;
  /** Between two published windows of a partition, read committed, worst partition. */
  readonly counting: number;
  /** Between two rows of a partition, by their write time, worst partition. */
  readonly archiving: number;
}

export interface SufferedFault extends Fault {
  /** Epoch ms. */
  readonly happenedAt: number;
  /** Until the process was proven ready again. */
  readonly recoveryMs: number;
  /** The longest that a partition stood still until the next fault. Only when that was asked for. */
  readonly standstill?: Standstill;
}

export interface Progress {
  /** To be called at each acknowledged send. */
  acknowledged(): void;
  stop(): Promise<void>;
  /** Epoch ms, ascending. */
  readonly sent: readonly number[];
  /** By partition. */
  readonly counted: ReadonlyMap<number, readonly number[]>;
}

/** Notes when sends were acknowledged and windows were published. */
export function watchProgress(settings: Settings): Progress {
  const sent: number[] = [];
  const counted = new Map<number, number[]>();
  const ended = new AbortController();
  const reader = readTopics(settings, {
    clientId: 'ledger-watch',
    groupId: `ledger-watch-${crypto.randomUUID()}`,
    topics: [{ topic: settings.KAFKA_TOPIC_WINDOWS, from: 'end' }],
    onRecords: (records) => {
      for (const { partition } of records) note(counted, partition, Date.now());
    },
    signal: ended.signal,
  });
  return {
    sent,
    counted,
    acknowledged: () => sent.push(Date.now()),
    async stop() {
      ended.abort();
      await reader.done;
    },
  };
}

/** Each fault with the longest standstills between it and the next one, or the last send. */
export async function standstills(
  settings: Settings,
  plan: Plan,
  { sent, counted }: Progress,
  faults: readonly SufferedFault[],
): Promise<SufferedFault[]> {
  const archived = await writeTimes(settings, plan);
  const lastSent = sent.at(-1) ?? 0;
  return faults.map((fault, index) => {
    const from = fault.happenedAt;
    const to = faults[index + 1]?.happenedAt ?? lastSent;
    return {
      ...fault,
      standstill: {
        sending: longestPause(sent, from, to),
        counting: Math.max(0, ...[...counted.values()].map((times) => longestPause(times, from, to))),
        archiving: Math.max(0, ...[...archived.values()].map((times) => longestPause(times, from, to))),
      },
    };
  });
}

/** The longest pause between two of `times` that overlaps the interval; what follows `to` does not lengthen it. */
export function longestPause(times: readonly number[], from: number, to: number): number {
  let longest = 0;
  let before: number | undefined;
  for (const time of [...times.filter((at) => at < to), to]) {
    if (before !== undefined && time > from) longest = Math.max(longest, time - before);
    before = time;
  }
  return longest;
}

/** When the rows were written, epoch ms, ascending, by the partition that their messages came from. */
async function writeTimes(settings: Settings, plan: Plan): Promise<Map<number, number[]>> {
  const { CASSANDRA_KEYSPACE: keyspace, CASSANDRA_TABLE: table, KAFKA_TOPIC_PARTITIONS } = settings;
  const partitionOf = cachedPartitioner();
  const times = new Map<number, number[]>();
  const session = await connectCassandra(settings);
  try {
    for (const channelId of new Set(plan.distinct.map(({ channel_id }) => channel_id))) {
      const cql = `SELECT writetime(message) AS written FROM ${keyspace}.${table} WHERE channel_id = ?`;
      const partition = partitionOf(channelId, KAFKA_TOPIC_PARTITIONS);
      for await (const rows of pagesOf(session, cql, [channelId], { pageSize: 5000, timeoutMs: 30_000 })) {
        // Microseconds.
        for (const { written } of rows) note(times, partition, Number(written) / 1000);
      }
    }
  } finally {
    await session.close();
  }
  for (const ofPartition of times.values()) ofPartition.sort((a, b) => a - b);
  return times;
}

function note(times: Map<number, number[]>, partition: number, at: number): void {
  const known = times.get(partition);
  if (known === undefined) times.set(partition, [at]);
  else known.push(at);
}
