import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootstrapTopics } from '../../src/bootstrap/bootstrap.ts';
import { type Settings, settingsSchema } from '../../src/config/settings.ts';
import { channelStatsSchema } from '../../src/contract/channel-stats.ts';
import { readTopic } from '../../src/testing/ledger/readers.ts';
import { fetchJars, printedNumber, runJavaPeer } from './java-peer.ts';
import { drainTopic, type RoleRun } from './role-run.ts';

const COUNTED_MS = 60_000;

export interface FullTopic {
  readonly settings: Settings;
  /** End offset by partition; nothing else is in it. */
  readonly ends: ReadonlyMap<number, number>;
  readonly records: number;
}

/**
 * Counts the whole topic as an application that nobody knows yet, with topics of its own to write to.
 * @throws Error when the counts do not add up to the records
 */
export async function countAll(topic: FullTopic, env: Readonly<Record<string, string>>): Promise<RoleRun> {
  const settings = ownSettings(topic.settings);
  await bootstrapTopics(settings);
  const run = await drainTopic({
    settings,
    role: 'count',
    env,
    ends: topic.ends,
    isComplete: async () => (await countedIn(settings)) === topic.records,
  });
  const counted = await countedIn(settings);
  if (counted !== topic.records)
    throw new Error(`${counted} messages were counted of ${topic.records}: this run does not count`);
  return run;
}

/** Waits until the counts add up to the messages sent. @throws Error when they do not within a minute, or to more */
export async function mustBeCounted(settings: Settings, messages: number): Promise<void> {
  for (const deadline = Date.now() + COUNTED_MS; ; await sleep(500)) {
    const counted = await countedIn(settings);
    if (counted === messages) return;
    if (counted > messages || Date.now() > deadline)
      throw new Error(`${counted} messages were counted of ${messages}: this run does not count`);
  }
}

/** What the newest versions of all windows add up to. */
async function countedIn(settings: Settings): Promise<number> {
  const windows = await readTopic(settings, settings.KAFKA_TOPIC_WINDOWS);
  const newest = new Map(
    windows.map(({ key, value }) => [key, channelStatsSchema.parse(JSON.parse(String(value))).message_count]),
  );
  return [...newest.values()].reduce((total, count) => total + count, 0);
}

/** The same servers and chat topic; application id, output topics and keyspace that are used once. */
export function ownSettings(settings: Settings): Settings {
  const id = randomUUID().slice(0, 8);
  return settingsSchema.parse({
    KAFKA_BROKERS: settings.KAFKA_BROKERS.join(','),
    CASSANDRA_HOSTS: settings.CASSANDRA_HOSTS.join(','),
    KAFKA_TOPIC_CHAT_MESSAGES: settings.KAFKA_TOPIC_CHAT_MESSAGES,
    KAFKA_APPLICATION_ID: `bench-${id}`,
    CASSANDRA_KEYSPACE: `bench_${id}`,
    KAFKA_TOPIC_STATS: `bench-stats-${id}`,
    KAFKA_TOPIC_WINDOWS: `bench-windows-${id}`,
    KAFKA_TOPIC_DEAD_LETTERS: `bench-dead-letters-${id}`,
    KAFKA_TOPIC_INGEST_EVENTS: `bench-events-${id}`,
    KAFKA_TOPIC_OPT_OUTS: `bench-opt-outs-${id}`,
  });
}

const KAFKA_TOOLS = 'org.apache.kafka:kafka-tools:4.3.1';

/** Kafka's own ConsumerPerformance, which reads the records and throws them away: its time of fetching alone. */
export async function consumerPerformance(): Promise<(topic: FullTopic) => Promise<RoleRun>> {
  const jars = await fetchJars(KAFKA_TOOLS);
  return async ({ settings, records }) => {
    const printed = await runJavaPeer('MeasuredMain.java', jars, [
      'org.apache.kafka.tools.ConsumerPerformance',
      ...['--bootstrap-server', settings.KAFKA_BROKERS.join(',')],
      ...['--topic', settings.KAFKA_TOPIC_CHAT_MESSAGES],
      ...['--num-records', String(records), '--timeout', '60000', '--hide-header'],
    ]);
    const { read, perSecond } = consumed(printed);
    if (read < records) throw new Error(`ConsumerPerformance read ${read} of ${records} records\n${printed}`);
    return { recordsPerSecond: perSecond, cpuMicros: (printedNumber(printed, 'cpu') * 1e6) / read };
  };
}

/** Its line: start, end, MB, MB/s, records, records/s, rebalance ms, fetch ms, fetch MB/s, fetch records/s. */
function consumed(printed: string): { read: number; perSecond: number } {
  for (const line of printed.split('\n')) {
    const fields = line.split(', ');
    if (fields.length >= 10) return { read: Number(fields[4]), perSecond: Number(fields[9]) };
  }
  throw new Error(`ConsumerPerformance printed no figures\n${printed}`);
}
