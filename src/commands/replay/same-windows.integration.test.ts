import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Settings } from '../../config/settings.ts';
import { type ChannelStats, channelStatsSchema } from '../../contract/channel-stats.ts';
import { openLog } from '../../kafka/log-connection.ts';
import { readLog } from '../../kafka/log-reader.ts';
import { settingsEnv } from '../../stack/settings-env.ts';
import { chat, produceChat } from '../../testing/chat.ts';
import { bootstrappedSettings } from '../../testing/pipeline.ts';
import { startProcessor } from '../../testing/processor.ts';
import { runCli } from '../../testing/run-cli.ts';

/** Six minutes of two channels, an hour ago, with messages out of order and said twice. */
const inOrder = chat({
  seed: 51,
  messages: 1500,
  start: Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000,
  stepMs: 240,
  channels: ['70001', '70002'],
});
const sent = [
  ...inOrder.slice(0, 700),
  ...inOrder.slice(900),
  ...inOrder.slice(700, 900),
  ...inOrder.slice(0, 100),
];

/** The last that was published of each window, by channel and start; without when that was. */
async function publishedWindows(
  settings: Settings,
): Promise<Record<string, Omit<ChannelStats, 'updated_at'>>> {
  const topic = settings.KAFKA_TOPIC_WINDOWS;
  const log = await openLog(
    settings,
    { topic, clientId: 'test', committedOnly: true },
    new AbortController().signal,
  );
  const windows: Record<string, Omit<ChannelStats, 'updated_at'>> = {};
  const span = { from: await log.offsets('beginning'), to: await log.offsets('end') };
  for await (const records of readLog(log, span)) {
    for (const { value } of records) {
      if (value === null) continue;
      const { updated_at: _, ...stats } = channelStatsSchema.parse(JSON.parse(value.toString()));
      windows[`${stats.channel_id} ${stats.window_start}`] = stats;
    }
  }
  await log.close();
  return windows;
}

const counted = (windows: Record<string, { message_count: number }>) =>
  Object.values(windows).reduce((sum, { message_count }) => sum + message_count, 0);

describe('what was archived', () => {
  it('gives a fresh processor the very same windows, and verify finds both exact', async () => {
    const original = await bootstrappedSettings({ WINDOW_SIZE_SECONDS: 60, LOG_LEVEL: 'warn' });
    const first = await startProcessor(original);
    onTestFinished(() => first.stop());
    await produceChat(original, sent);
    const check = ['verify', '--last', '2h', '--wait', '60s'];
    const verified = await runCli(check, { env: settingsEnv(original) });
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    expect(verified.stdout).toBe('No differences.\n');
    const expected = await publishedWindows(original);
    expect(counted(expected)).toBe(inOrder.length);

    const copy = await bootstrappedSettings({ WINDOW_SIZE_SECONDS: 60, LOG_LEVEL: 'warn' });
    for (const channel of ['channel_70001', '70002']) {
      const replayed = await runCli(['replay', channel, '--to-topic', copy.KAFKA_TOPIC_CHAT_MESSAGES], {
        env: settingsEnv(original),
      });
      expect(replayed.code, replayed.stderr).toBe(0);
    }
    await first.stop();
    const second = await startProcessor(copy);
    onTestFinished(() => second.stop());
    await vi.waitFor(async () => expect(counted(await publishedWindows(copy))).toBe(inOrder.length), {
      timeout: 60_000,
      interval: 500,
    });
    expect(await publishedWindows(copy)).toEqual(expected);
  }, 240_000);
});
