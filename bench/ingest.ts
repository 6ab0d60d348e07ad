/**
 * `npm run bench -- ingest [--rounds 3] [--lines 100000]`: socket to acknowledged, messages a second: our ingestor against
 * a tmi.js reader that awaits one send a message, and against Java's producer with acks=all on the same broker and
 * payloads. Both of Node have the flags that `up` gives the ingestor. A fifth of what each gets comes first and is not
 * measured, for a runtime that has just started compiles; the rest is as much as each handles in about the same time. All
 * of it must be in the topic afterwards, and nothing else.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { Kafka, logLevel } from 'kafkajs';
import { settingsSchema } from '../src/config/settings.ts';
import { createLineGenerator } from '../src/simulator/line-generator.ts';
import { inventedChannels } from '../src/simulator/rooms.ts';
import { needJdk } from '../src/stack/jdk-choice.ts';
import { freePorts } from '../src/stack/ports.ts';
import { roomForTheYoung } from '../src/stack/services/node-services.ts';
import { startService } from '../src/stack/start-service.ts';
import { embeddedServices, testClassPaths } from '../src/testing/embedded.ts';
import { createIntake } from '../src/twitch/intake.ts';
import { topicEnds } from './lib/chat-topic.ts';
import { interleave } from './lib/compare.ts';
import type { Result } from './lib/results.ts';
import { growingBy } from './lib/topic-growth.ts';

/** An awaited send a message is slow: it gets fewer lines, and about the same time. */
const AWAITED_SHARE = 10;
/** Java's producer, which reads no socket and parses nothing, is fast: it sends them so many times. */
const JAVA_TIMES = 5;
/** Of the measured lines, so many more are read before them. */
const AHEAD = 0.25;

export default async function benchIngest(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: 'string', default: '3' }, lines: { type: 'string', default: '100000' } },
  });
  const lines = Number(values.lines);
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-bench-'));
  const classPaths = await testClassPaths();
  const ports = await freePorts(5);
  const { kafka } = embeddedServices(directory, ports, classPaths);
  const broker = await startService(kafka, {
    logFile: join(directory, 'kafka.log'),
    signal: new AbortController().signal,
  });
  try {
    const brokers = `127.0.0.1:${ports[0]}`;
    await createTopics(brokers);
    const payloads = join(directory, 'payloads.tsv');
    const inFile = lines + aheadOf(lines);
    await writeFile(payloads, payloadLines(inFile));
    const settings = settingsSchema.parse({ KAFKA_BROKERS: brokers });
    const topicEnd = async () => [...(await topicEnds(settings, 'chat')).values()].reduce((a, b) => a + b, 0);
    const read = (kind: 'ours' | 'awaited', count: number) => () =>
      growingBy(count + aheadOf(count), topicEnd, () => readChat(kind, brokers, count));
    const send = () => produce(brokers, payloads, classPaths.kafka, lines);
    const figures = await interleave(
      [
        { name: 'twitchstats ingest', run: read('ours', lines) },
        { name: 'one awaited send a message', run: read('awaited', Math.ceil(lines / AWAITED_SHARE)) },
        {
          name: 'Java producer, acks=all',
          run: () => growingBy(JAVA_TIMES * inFile, topicEnd, send),
        },
      ],
      Number(values.rounds),
      say,
    );
    const [ours, awaited, java] = figures;
    for (const { name, figure } of figures) {
      const [median, low, high] = [figure.median, figure.low, figure.high].map(Math.round);
      say(`${name}: ${median} msg/s (quartiles ${low}–${high}, ${figure.samples} rounds)`);
    }
    if (ours === undefined || awaited === undefined || java === undefined) return [];
    const measured = { what: 'socket to acknowledged', unit: 'msg/s', ours: ours.figure };
    return [
      {
        ...measured,
        peer: { name: 'tmi.js, one awaited send a message', figure: awaited.figure },
        bar: { is: 'at least', bar: 10, aim: 25 },
      },
      {
        ...measured,
        peer: { name: 'Java producer alone, acks=all', figure: java.figure },
        bar: { is: 'at least', bar: 0.15, aim: 0.4 },
      },
    ];
  } finally {
    await broker.process.terminate();
    await rm(directory, { recursive: true, force: true });
  }
}

const aheadOf = (lines: number) => Math.ceil(lines * AHEAD);

/** @returns messages a second, of `count` that are measured */
async function readChat(kind: 'ours' | 'awaited', brokers: string, count: number): Promise<number> {
  const all = String(count + aheadOf(count));
  const source = execa(process.execPath, ['--import', 'tsx', script('ingest-source.ts'), all], {
    reject: false,
    stderr: 'inherit',
  });
  try {
    const first = await new Promise<string>((resolve) =>
      source.stdout.once('data', (data) => resolve(String(data))),
    );
    const { url, channels } = JSON.parse(first);
    const { stdout } = await execa(
      process.execPath,
      [
        ...roomForTheYoung,
        '--import',
        'tsx',
        script('ingest-contender.ts'),
        kind,
        url,
        brokers,
        'chat',
        all,
        String(aheadOf(count)),
        channels.join(','),
      ],
      { stderr: 'inherit' },
    );
    return Number(stdout);
  } finally {
    source.kill();
    await source;
  }
}

/** @returns records a second, of `JAVA_TIMES` `lines` that are measured */
async function produce(
  brokers: string,
  payloads: string,
  classPath: readonly string[],
  lines: number,
): Promise<number> {
  const java = join(needJdk('kafka').home, 'bin', 'java');
  const { stdout } = await execa(java, [
    '-Xmx512m',
    '-cp',
    classPath.join(':'),
    script('ProducerPeer.java'),
    brokers,
    'chat',
    payloads,
    String(JAVA_TIMES),
    String(JAVA_TIMES * aheadOf(lines)),
  ]);
  return (JAVA_TIMES * lines) / Number(stdout.trim().split('\n').at(-1));
}

async function createTopics(brokers: string): Promise<void> {
  const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = ['chat', 'chat-events'].map((topic) => ({ topic, numPartitions: 3 }));
  await admin.createTopics({ topics, waitForLeaders: true });
  await admin.disconnect();
}

/** The very records that the ingestor makes of the lines. */
function payloadLines(count: number): string {
  const generator = createLineGenerator(inventedChannels(10), 1);
  const records: string[] = [];
  const intake = createIntake({
    includeMirrored: false,
    onMessage: (message) => records.push(`${message.channel_id}\t${JSON.stringify(message)}\n`),
  });
  for (let index = 0; index < count; index++) intake.take(generator.next(Date.now()).raw);
  return records.join('');
}

const script = (name: string) => fileURLToPath(new URL(`lib/${name}`, import.meta.url));

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
