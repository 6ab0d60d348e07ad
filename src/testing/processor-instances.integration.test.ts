import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import type { Settings } from '../config/settings.ts';
import { channelStatsSchema } from '../contract/channel-stats.ts';
import type { ChatMessage } from '../contract/chat-message.ts';
import { eventually } from './e2e/cli.ts';
import { planMessages } from './ledger/plan.ts';
import { readTopic } from './ledger/readers.ts';
import { sendAll } from './ledger/send.ts';
import { type ExpectedWindow, foldWindows, publishedWindow, windowKey } from './ledger/windows.ts';
import { bootstrappedTopics } from './pipeline.ts';
import { type RunningProcessor, startProcessor } from './processor.ts';

const WINDOW_SECONDS = 60;

/** Two instances of two threads share three partitions, each with a warm copy of the other's state. */
it('counts exactly while instances come, are killed, and come back under their name', async () => {
  const settings = await bootstrappedTopics({ WINDOW_SIZE_SECONDS: WINDOW_SECONDS });
  const stateDir = await mkdtemp(join(tmpdir(), 'twitchstats-instances-'));
  const running = new Set<RunningProcessor>();
  onTestFinished(async () => {
    await Promise.all([...running].map((processor) => processor.stop()));
    await rm(stateDir, { recursive: true, force: true });
  });
  const start = async (name: string) => {
    const env = { STREAM_THREADS: '2', STANDBY_REPLICAS: '1', GROUP_INSTANCE_ID: name };
    const processor = await startProcessor(settings, {
      role: 'count',
      stateDir: join(stateDir, name),
      env,
    });
    running.add(processor);
    return processor;
  };
  const messages = planMessages({
    seed: 11,
    messages: 4000,
    channels: 12,
    windowSeconds: WINDOW_SECONDS,
    start: Math.floor(Date.now() / 60_000) * 60_000 - 300_000,
    spanMs: 300_000,
  }).sends;
  const part = (from: number, to: number) => messages.slice(messages.length * from, messages.length * to);

  const first = await start('first');
  await send(settings, part(0, 0.25));
  await start('second');
  await send(settings, part(0.25, 0.5));
  await first.kill();
  running.delete(first);
  await send(settings, part(0.5, 0.75));
  await untilPublished(settings, part(0, 0.75));
  await start('first');
  await send(settings, part(0.75, 1));
  await untilPublished(settings, messages);
}, 400_000);

function send(settings: Settings, messages: readonly ChatMessage[]): Promise<void> {
  const signal = new AbortController().signal;
  return sendAll(settings, messages, { rate: 1000, batch: 100, signal, onProgress: () => undefined });
}

async function untilPublished(settings: Settings, messages: readonly ChatMessage[]): Promise<void> {
  const distinct = new Map(messages.map((message) => [message.message_id, message]));
  const expected = byKey(foldWindows(distinct.values(), WINDOW_SECONDS));
  const published = await eventually(
    () => newestOfEach(settings),
    (windows) => isDeepStrictEqual(windows, expected),
    120_000,
  ).catch(() => newestOfEach(settings));
  expect(published).toEqual(expected);
}

async function newestOfEach(settings: Settings): Promise<Map<string, ExpectedWindow>> {
  const records = await readTopic(settings, settings.KAFKA_TOPIC_WINDOWS);
  return byKey(
    records.map(({ value }) => publishedWindow(channelStatsSchema.parse(JSON.parse(String(value))))),
  );
}

const byKey = (windows: readonly ExpectedWindow[]) =>
  new Map(windows.map((window) => [windowKey(window.channelId, window.windowStart), window]));
