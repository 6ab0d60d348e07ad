/**
 * A contender of the ingest benchmark: `ingest-contender.ts ours|awaited URL BROKERS TOPIC LINES AHEAD CHANNELS`. Reads so
 * many chat lines and prints how many a second, to the acknowledgement of the last; the first `AHEAD` of them, at which it
 * gets warm, are not measured. `ours` is the real ingestor; `awaited` is what a first version would be: tmi.js, and one
 * awaited send a message.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { pino } from 'pino';
import tmi from 'tmi.js';
import { Ingestor } from '../../src/commands/ingest/ingestor.ts';
import { settingsSchema } from '../../src/config/settings.ts';

const [kind, url = '', brokers = '', topic = '', lines = '', head = '', channelList = ''] =
  process.argv.slice(2);
const count = Number(lines);
const ahead = Number(head);
const channels = channelList.split(',');
const perSecond = kind === 'ours' ? await runOurs() : await runAwaited();
process.stdout.write(`${perSecond}\n`);
process.exit(0);

async function runOurs(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'ingest-bench-'));
  const ingestor = new Ingestor({
    settings: settingsSchema.parse({
      TWITCH_IRC_URL: url,
      KAFKA_BROKERS: brokers,
      KAFKA_TOPIC_CHAT_MESSAGES: topic,
      KAFKA_TOPIC_INGEST_EVENTS: `${topic}-events`,
    }),
    logger: pino({ level: 'error' }, pino.destination(2)),
    directory,
    includeMirrored: false,
    readers: 1,
    joinsPer10s: 20,
    rotateMs: 0,
    spoolLimitBytes: 1e9,
    tellsLosses: true,
  });
  await ingestor.start();
  while (ingestor.health().kafka.state !== 'connected') await pause(5);
  ingestor.setChannels(channels);
  void ingestor.reader.run(new AbortController().signal);
  while (ingestor.metrics.counters().messages < ahead) await pause(1);
  const startedAt = performance.now();
  // What it had read by then, acknowledged or not, is not to its credit.
  const measured = count - ingestor.metrics.counters().messages;
  if (measured === 0) throw new Error('all lines were read before the clock was started: ask for more');
  const isDone = () => {
    const { messages, acknowledged, spooled, unsent } = ingestor.metrics.counters();
    // What is on its way to disk at this moment is in neither of the last two.
    return messages >= count && acknowledged >= count && spooled === 0 && unsent === 0;
  };
  while (!isDone()) await pause(2);
  const tookMs = performance.now() - startedAt;
  rmSync(directory, { recursive: true, force: true });
  return (measured / tookMs) * 1000;
}

async function runAwaited(): Promise<number> {
  const producer = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const client = new tmi.Client({
    connection: { server: '127.0.0.1', port: Number(new URL(url).port), secure: false },
    channels: [],
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  await client.connect();
  let startedAt = 0;
  let done = 0;
  const finished = new Promise<void>((resolve) => {
    let last: Promise<unknown> = Promise.resolve();
    const take = (_channel: string, tags: tmi.ChatUserstate, message: string) => {
      const value = JSON.stringify({
        channel_id: tags['room-id'],
        user_id: tags['user-id'],
        username: tags.username,
        message,
        timestamp: Number(tags['tmi-sent-ts']),
        emotes: Object.keys(tags.emotes ?? {}),
      });
      last = last.then(() => producer.send({ topic, messages: [{ key: tags['room-id'] ?? '', value }] }));
      void last.then(() => {
        // Nothing else is under way then.
        if (++done === ahead) startedAt = performance.now();
        if (done === count) resolve();
      });
    };
    client.on('message', take);
    client.on('cheer', take);
  });
  for (const channel of channels) void client.join(channel).catch(() => undefined);
  await finished;
  return ((count - ahead) / (performance.now() - startedAt)) * 1000;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
