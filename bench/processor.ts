/**
 * `npm run bench -- processor`: what the two roles of the processor do a second and cost a record, against peers in the
 * same run on the same servers and records. Counting: against Kafka's own ConsumerPerformance, at least once, without
 * deduplication. Archiving: against single prepared inserts. Then the way of a message at a steady rate, and kill -9.
 *
 * `--rounds N` (3), `--messages N` (500000) to count, `--rows N` (100000) messages to archive, `--rate N` (1000) and
 * `--seconds N` (20) of the steady part, `--only count,archive,steady,recovery`, `--set NAME=VALUE` (repeatable) for
 * settings of the processor.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrapTopics } from '../src/bootstrap/bootstrap.ts';
import { type Settings, settingsSchema } from '../src/config/settings.ts';
import { testClassPaths } from '../src/testing/embedded.ts';
import { archiveAll, insertAll } from './lib/archive-contenders.ts';
import { fillChatTopic, writeChatPayloads } from './lib/chat-topic.ts';
import { interleave } from './lib/compare.ts';
import { consumerPerformance, countAll, type FullTopic } from './lib/count-contenders.ts';
import { measureRecovery } from './lib/recovery.ts';
import type { RoleRun } from './lib/role-run.ts';
import { benchServers } from './lib/servers.ts';
import { quantile, spread } from './lib/statistics.ts';
import { measureSteady } from './lib/steady.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const PARTS = 'count,archive,steady,recovery';
/** An awaited insert is slow: it gets fewer messages, and about the same time. */
const AWAITED_SHARE = 10;
const IN_FLIGHT = 128;

export default async function benchProcessor(args: string[]): Promise<void> {
  const text = (value: string) => ({ type: 'string' as const, default: value });
  const { values } = parseArgs({
    args,
    options: {
      rounds: text('3'),
      messages: text('500000'),
      rows: text('100000'),
      rate: text('1000'),
      seconds: text('20'),
      only: text(PARTS),
      set: { type: 'string', multiple: true, default: [] },
    },
  });
  const parts = new Set(values.only.split(','));
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-bench-'));
  const { settings, stop } = await benchServers(undefined, undefined);
  try {
    const rounds = Number(values.rounds);
    const env = Object.fromEntries(values.set.map((word) => word.split('=', 2)));
    const run = { settings, directory, rounds, env };
    if (parts.has('count')) await compareCounts({ ...run, messages: Number(values.messages) });
    if (parts.has('archive')) await compareArchives({ ...run, messages: Number(values.rows) });
    if (parts.has('steady')) await showSteady(run, Number(values.rate), Number(values.seconds));
    if (parts.has('recovery')) await showRecovery(run, Number(values.rate));
  } finally {
    await stop();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Run {
  readonly settings: Settings;
  readonly directory: string;
  readonly rounds: number;
  /** More settings of the processor. */
  readonly env: Readonly<Record<string, string>>;
}

type Part = Run & { readonly messages: number };

async function compareCounts(part: Part): Promise<void> {
  say(`count: ${part.messages} messages of 50 channels, all of them in the topic; records/s`);
  const topic = await fullTopic(part);
  const peer = await consumerPerformance();
  const [ours, fetched, atLeastOnce, trusting] = await measure(part.rounds, {
    'count, exactly_once_v2': () => countAll(topic, part.env),
    'ConsumerPerformance, which only reads': () => peer(topic),
    'count, at_least_once': () => countAll(topic, { ...part.env, PROCESSING_GUARANTEE: 'at_least_once' }),
    'count, exactly_once_v2, DEDUPLICATE=false': () => countAll(topic, { ...part.env, DEDUPLICATE: 'false' }),
  });
  say(`count to ConsumerPerformance: ${ratio(ours, fetched)} (bar 0.15, aim 0.35)`);
  say(`exactly once to at least once: ${ratio(ours, atLeastOnce)}`);
  say(`deduplication on to off: ${ratio(ours, trusting)}`);
}

async function compareArchives(part: Part): Promise<void> {
  say(`archive: ${part.messages} messages, each a row in two tables, LOCAL_ONE; rows/s`);
  const topic = await fullTopic(part);
  const { file } = topic;
  const [ours, single, awaited] = await measure(part.rounds, {
    'archive, from Kafka': () => archiveAll(topic, part.env),
    [`single inserts, ${IN_FLIGHT} in flight`]: () => insertAll(topic, file, IN_FLIGHT, part.messages),
    'single inserts, each awaited': () => insertAll(topic, file, 1, Math.ceil(part.messages / AWAITED_SHARE)),
  });
  say(`archive to single inserts, ${IN_FLIGHT} in flight: ${ratio(ours, single)} (bar 3, aim 5)`);
  say(`archive to single inserts, each awaited: ${ratio(ours, awaited)}`);
}

async function showSteady({ settings, env }: Run, rate: number, seconds: number): Promise<void> {
  const { latenciesMs, cpuMicros, sent } = await measureSteady({ settings, rate, seconds, env });
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (q: number) => Math.round(quantile(sorted, q));
  say(`steady: ${sent} messages at ${rate}/s; from the send to its count on channel-stats, committed:`);
  say(`p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms, worst ${at(1)} ms`);
  say(`CPU a message: count ${cpuMicros.count.toFixed(1)} µs, archive ${cpuMicros.archive.toFixed(1)} µs`);
}

async function showRecovery({ settings, rounds, env }: Run, rate: number): Promise<void> {
  say(`recovery: kill -9 of the count at ${rate} messages/s, started again at once; seconds`);
  for (const isStatic of [false, true]) {
    const runs = await measureRecovery({ settings, rate, rounds, isStatic, env });
    const falls = spread(runs.map((run) => run.lagFallsSeconds));
    const gone = spread(runs.map((run) => run.caughtUpSeconds));
    const name = isStatic ? 'with GROUP_INSTANCE_ID' : 'without';
    say(
      `${name}: lag falls after ${around(falls)} (bar 20, aim 6), is gone after ${around(gone)}, ${runs.length} kills`,
    );
  }
}

/** A topic of its own, filled; `file` has its records. */
async function fullTopic(part: Part): Promise<FullTopic & { file: string }> {
  const file = join(part.directory, `${part.messages}.tsv`);
  const settings = ownTopic(part.settings, part.messages);
  await bootstrapTopics(settings);
  await writeChatPayloads(file, part.messages);
  const ends = await fillChatTopic(settings, file, (await testClassPaths()).kafka);
  return { settings, ends, records: part.messages, file };
}

function ownTopic(settings: Settings, records: number): Settings {
  const { KAFKA_TOPIC_CHAT_MESSAGES } = settings;
  return settingsSchema.parse({
    KAFKA_BROKERS: settings.KAFKA_BROKERS.join(','),
    CASSANDRA_HOSTS: settings.CASSANDRA_HOSTS.join(','),
    KAFKA_TOPIC_CHAT_MESSAGES: `${KAFKA_TOPIC_CHAT_MESSAGES}-${records}`,
  });
}

interface Figures {
  readonly median: number;
}

/** Interleaved; says records/s and CPU of each. */
async function measure(
  rounds: number,
  contenders: Readonly<Record<string, () => Promise<RoleRun>>>,
): Promise<Figures[]> {
  const cpu = new Map<string, number[]>();
  const compared = await interleave(
    Object.entries(contenders).map(([name, run]) => ({
      name,
      run: async () => {
        const { recordsPerSecond, cpuMicros } = await run();
        cpu.set(name, [...(cpu.get(name) ?? []), cpuMicros]);
        return recordsPerSecond;
      },
    })),
    rounds,
    say,
  );
  for (const { name, figure } of compared) {
    // The first one was the warm-up.
    const cost = spread((cpu.get(name) ?? []).slice(1));
    const [median, low, high] = [figure.median, figure.low, figure.high].map(Math.round);
    say(`${name}: ${median}/s (${low}–${high}), CPU ${around(cost)} µs each, ${figure.samples} rounds`);
  }
  return compared.map(({ figure }) => figure);
}

function ratio(ours: Figures | undefined, theirs: Figures | undefined): string {
  return ours === undefined || theirs === undefined ? '' : (ours.median / theirs.median).toFixed(2);
}

function around({ median, low, high }: { median: number; low: number; high: number }): string {
  return `${median.toFixed(1)} (${low.toFixed(1)}–${high.toFixed(1)})`;
}
