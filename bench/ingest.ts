/**
 * `npm run bench -- ingest [--rounds 3] [--lines 100000]`: socket to acknowledged, messages a second: our ingestor against
 * a tmi.js reader that awaits one send a message, and against Java's producer with acks=all on the same broker and
 * payloads.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { Kafka, logLevel } from 'kafkajs';
import { createLineGenerator } from '../src/simulator/line-generator.ts';
import { inventedChannels } from '../src/simulator/rooms.ts';
import { needJdk } from '../src/stack/jdk-choice.ts';
import { freePorts } from '../src/stack/ports.ts';
import { startService } from '../src/stack/start-service.ts';
import { embeddedServices, testClassPaths } from '../src/testing/embedded.ts';
import { createIntake } from '../src/twitch/intake.ts';
import { interleave } from './lib/compare.ts';
import type { Result } from './lib/results.ts';

/** An awaited send a message is slow: it gets fewer lines, and the same time. */
const AWAITED_SHARE = 20;

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
    await writeFile(payloads, payloadLines(lines));
    const read = (kind: 'ours' | 'awaited', count: number) => async () =>
      count / (await readChat(kind, brokers, count));
    const figures = await interleave(
      [
        { name: 'twitchstats ingest', run: read('ours', lines) },
        { name: 'one awaited send a message', run: read('awaited', Math.ceil(lines / AWAITED_SHARE)) },
        {
          name: 'Java producer, acks=all',
          run: async () => lines / (await produce(brokers, payloads, classPaths.kafka)),
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

async function readChat(kind: 'ours' | 'awaited', brokers: string, count: number): Promise<number> {
  const source = execa(process.execPath, ['--import', 'tsx', script('ingest-source.ts'), String(count)], {
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
        '--import',
        'tsx',
        script('ingest-contender.ts'),
        kind,
        url,
        brokers,
        'chat',
        String(count),
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

async function produce(brokers: string, payloads: string, classPath: readonly string[]): Promise<number> {
  const java = join(needJdk('kafka').home, 'bin', 'java');
  const { stdout } = await execa(java, [
    '-Xmx512m',
    '-cp',
    classPath.join(':'),
    script('ProducerPeer.java'),
    brokers,
    'chat',
    payloads,
  ]);
  return Number(stdout.trim().split('\n').at(-1));
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
