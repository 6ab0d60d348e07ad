/**
 * `npm run bench -- processor`: what the two roles of the processor do a second and cost a record, against peers in the
 * same run on the same servers and records. Counting: against Kafka's own ConsumerPerformance, at least once, without
 * deduplication. Archiving: against single prepared inserts. Then the way of a message at a steady rate, and kill -9 of
 * each role and server: how long until the lag of the count (after a kill of Kafka too), or of the archive (Cassandra), falls.
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
import { type Killed, measureRecovery } from './lib/recovery.ts';
import type { Result } from './lib/results.ts';
import type { RoleRun } from './lib/role-run.ts';
import { benchServers } from './lib/servers.ts';
import { quantile, type Spread, spread } from './lib/statistics.ts';
import { measureSteady } from './lib/steady.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const PARTS = 'count,archive,steady,recovery';
/** An awaited insert is slow: it gets fewer messages, and about the same time. */
const AWAITED_SHARE = 10;
const IN_FLIGHT = 128;

export default async function benchProcessor(args: string[]): Promise<Result[]> {
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
    const env = Object.fromEntries(values.set.map(assignment));
    const run = { settings, directory, rounds: Number(values.rounds), env };
    const rate = Number(values.rate);
    return [
      ...(parts.has('count') ? await compareCounts({ ...run, messages: Number(values.messages) }) : []),
      ...(parts.has('archive') ? await compareArchives({ ...run, messages: Number(values.rows) }) : []),
      ...(parts.has('steady') ? await watchSteady(run, rate, Number(values.seconds)) : []),
      ...(parts.has('recovery') ? await watchRecovery(run, rate) : []),
    ];
  } finally {
    await stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** `NAME=VALUE`; a value may hold more of them. */
function assignment(word: string): [string, string] {
  const [name = '', ...value] = word.split('=');
  return [name, value.join('=')];
}

interface Run {
  readonly settings: Settings;
  readonly directory: string;
  readonly rounds: number;
  /** More settings of the processor. */
  readonly env: Readonly<Record<string, string>>;
}

type Part = Run & { readonly messages: number };

async function compareCounts(part: Part): Promise<Result[]> {
  say(`count: ${part.messages} messages of 50 channels, all of them in the topic; records/s`);
  const topic = await fullTopic(part);
  const peer = await consumerPerformance();
  const [ours, fetched, atLeastOnce, trusting] = await measure(part.rounds, [
    { name: 'count, exactly_once_v2', run: () => countAll(topic, part.env) },
    { name: 'ConsumerPerformance, which only reads', run: () => peer(topic) },
    {
      name: 'count, at_least_once',
      run: () => countAll(topic, { ...part.env, PROCESSING_GUARANTEE: 'at_least_once' }),
    },
    { name: 'count, DEDUPLICATE=false', run: () => countAll(topic, { ...part.env, DEDUPLICATE: 'false' }) },
  ]);
  return [
    rateResult('counting a full topic, exactly once', ours, fetched, {
      is: 'at least',
      bar: 0.15,
      aim: 0.35,
    }),
    rateResult('counting exactly once', ours, atLeastOnce),
    rateResult('counting with deduplication', ours, trusting),
    cpuResult('CPU of counting', ours, fetched),
  ];
}

async function compareArchives(part: Part): Promise<Result[]> {
  say(`archive: ${part.messages} messages, each a row in two tables, LOCAL_ONE; rows/s`);
  const topic = await fullTopic(part);
  const { file } = topic;
  const few = Math.ceil(part.messages / AWAITED_SHARE);
  const [ours, single, awaited] = await measure(part.rounds, [
    { name: 'archive, from Kafka', run: () => archiveAll(topic, part.env) },
    {
      name: `single inserts, ${IN_FLIGHT} in flight`,
      run: () => insertAll(topic, file, IN_FLIGHT, part.messages),
    },
    { name: 'single inserts, each awaited', run: () => insertAll(topic, file, 1, few) },
  ]);
  return [
    rateResult('archiving a full topic, rows', ours, single, { is: 'at least', bar: 3, aim: 5 }),
    rateResult('archiving a full topic, rows', ours, awaited),
    cpuResult('CPU of archiving, each row', ours, single),
  ];
}

async function watchSteady({ settings, env }: Run, rate: number, seconds: number): Promise<Result[]> {
  const { latenciesMs, cpuMicros, sent } = await measureSteady({ settings, rate, seconds, env });
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (q: number) => quantile(sorted, q);
  say(`steady: ${sent} messages at ${rate}/s; from the send to its count on channel-stats, committed:`);
  say([0.5, 0.9, 0.99, 1].map((q) => `p${q * 100} ${Math.round(at(q))} ms`).join(', '));
  const load = `at ${rate} messages/s`;
  return [
    { what: `sent to counted and committed ${load}, p50`, unit: 'ms', ours: spread([at(0.5)]) },
    // The bar of 500 ms is that of a whole way, which `latency` measures.
    { what: `sent to counted and committed ${load}, p99`, unit: 'ms', ours: spread([at(0.99)]) },
    { what: `CPU of the count ${load}`, unit: 'µs/message', ours: spread([cpuMicros.count]) },
    { what: `CPU of the archive ${load}`, unit: 'µs/message', ours: spread([cpuMicros.archive]) },
  ];
}

const kills: readonly { name: string; killed: Killed; isStatic: boolean }[] = [
  { name: 'the count', killed: 'count', isStatic: false },
  { name: 'the count', killed: 'count', isStatic: true },
  { name: 'the archive', killed: 'archive', isStatic: false },
  { name: 'the archive', killed: 'archive', isStatic: true },
  { name: 'Kafka', killed: 'kafka', isStatic: false },
  { name: 'Cassandra', killed: 'cassandra', isStatic: false },
];

async function watchRecovery({ settings, rounds, env }: Run, rate: number): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, killed, isStatic } of kills) {
    const runs = await measureRecovery({ settings, killed, rate, rounds, isStatic, env });
    const what = `kill -9 of ${name} at ${rate} messages/s${isStatic ? ', GROUP_INSTANCE_ID' : ''}`;
    const falls = runs.map((run) => run.lagFallsSeconds);
    say(`${what}: lag falls after ${falls.map((seconds) => seconds.toFixed(1)).join(', ')} s`);
    results.push(
      { what: `${what}: lag falls`, unit: 's', ours: spread(falls) },
      {
        what: `${what}: lag falls, longest`,
        unit: 's',
        ours: spread([Math.max(...falls)]),
        bar: { is: 'at most', bar: 20, aim: 6 },
      },
      // Messages that wait for Kafka are not in the topic: that its lag is gone says nothing.
      ...(killed === 'kafka'
        ? []
        : [
            { what: `${what}: lag is gone`, unit: 's', ours: spread(runs.map((run) => run.caughtUpSeconds)) },
          ]),
    );
  }
  return results;
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

interface Measured {
  readonly name: string;
  readonly figure: Spread;
  readonly cpuMicros: Spread;
}

/** Interleaved; in the order of the contenders. */
async function measure(
  rounds: number,
  contenders: readonly { name: string; run: () => Promise<RoleRun> }[],
): Promise<Measured[]> {
  const cpu = new Map<string, number[]>();
  const compared = await interleave(
    contenders.map(({ name, run }) => ({
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
  return compared.map(({ name, figure }) => {
    // The first one was the warm-up.
    const cpuMicros = spread((cpu.get(name) ?? []).slice(1));
    say(`${name}: ${Math.round(figure.median)}/s, CPU ${cpuMicros.median.toFixed(1)} µs each`);
    return { name, figure, cpuMicros };
  });
}

function rateResult(
  what: string,
  ours: Measured | undefined,
  peer: Measured | undefined,
  bar?: Result['bar'],
): Result {
  if (ours === undefined || peer === undefined) throw new RangeError(`${what} was not measured`);
  const compared = { ours: ours.figure, peer: { name: peer.name, figure: peer.figure } };
  return { what, unit: 'records/s', ...compared, ...(bar === undefined ? {} : { bar }) };
}

function cpuResult(what: string, ours: Measured | undefined, peer: Measured | undefined): Result {
  if (ours === undefined || peer === undefined) throw new RangeError(`${what} was not measured`);
  const compared = { ours: ours.cpuMicros, peer: { name: peer.name, figure: peer.cpuMicros } };
  return { what, unit: 'µs/record', ...compared };
}
