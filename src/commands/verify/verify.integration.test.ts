import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { WindowTally } from '../../archive/verify/window-tally.ts';
import { connectCassandra } from '../../cassandra/client.ts';
import type { Settings } from '../../config/settings.ts';
import { windowStart } from '../../contract/channel-stats.ts';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { settingsEnv } from '../../stack/settings-env.ts';
import { archiveChat, chat, commitAll, produceChat, produceRecords } from '../../testing/chat.ts';
import { bootstrappedSettings } from '../../testing/pipeline.ts';
import { runCli } from '../../testing/run-cli.ts';

const windowMs = 60_000;
const firstWindow = windowStart(Date.now(), windowMs) - 10 * windowMs;
/** Three closed windows of two channels. */
const sent = chat({
  seed: 11,
  messages: 300,
  start: firstWindow,
  stepMs: (3 * windowMs) / 300,
  channels: ['70001', '70002'],
});

const answer = z.object({
  differences: z.number(),
  windows: z.array(z.object({ channel_id: z.string(), state: z.string() }).loose()),
});

/** What the processor would publish of these messages. */
async function publish(settings: Settings, messages: readonly ChatMessage[]): Promise<void> {
  const session = await connectCassandra(settings);
  const newest: { key: string; value: string }[] = [];
  for (const id of new Set(messages.map(({ channel_id }) => channel_id))) {
    const tally = new WindowTally(windowMs);
    for (const message of messages) if (message.channel_id === id) tally.add(message);
    const windows = [...tally.counts()].sort(([a], [b]) => a - b);
    for (const [start, count] of windows) {
      await session.query(
        `INSERT INTO ${settings.CASSANDRA_KEYSPACE}.channel_window_stats (channel_id, window_start, window_end, window_duration_seconds, channel_name, message_count, unique_chatters) VALUES (?, ?, ?, ?, ?, ?, ?)`,
        [id, start, start + windowMs, 60, `channel_${id}`, count.message_count, count.unique_chatters],
      );
      const stats = {
        channel_id: id,
        channel_name: `channel_${id}`,
        ...count,
        window_start: start,
        window_end: start + windowMs,
        window_duration_seconds: 60,
      };
      newest.push({ key: id, value: JSON.stringify(stats) });
    }
  }
  await session.close();
  await produceRecords(settings, settings.KAFKA_TOPIC_STATS, newest);
}

async function setUp({ archived = sent, produced = sent } = {}) {
  const settings = await bootstrappedSettings({ WINDOW_SIZE_SECONDS: 60 });
  await Promise.all([
    produceChat(settings, produced),
    archiveChat(settings, archived),
    publish(settings, sent),
  ]);
  const verify = async (...args: string[]) => {
    const result = await runCli(['verify', '--wait', '1ms', '--json', ...args], {
      env: settingsEnv(settings),
    });
    return { ...result, windows: answer.safeParse(JSON.parse(result.stdout || '{}')).data?.windows ?? [] };
  };
  return { settings, verify };
}

describe('verify', () => {
  it('finds an exact pipeline exact, redeliveries in the log included', async () => {
    const { settings, verify } = await setUp({ produced: [...sent, ...sent.slice(0, 50)] });
    await commitAll(settings);
    const { code, stderr, windows } = await verify();
    expect(code, stderr).toBe(0);
    expect(windows.map(({ state }) => state)).toEqual(Array(6).fill('ok'));
    expect(stderr).toContain('6 windows of 2 channels, messages/chatters: 6 ok.');
  });

  it('finds the window that lacks a row, and only of the channel that was asked for', async () => {
    const { settings, verify } = await setUp({ archived: sent.slice(1) });
    await commitAll(settings);
    const [lost] = sent;
    const { code, windows } = await verify();
    expect(code).toBe(1);
    expect(windows.filter(({ state }) => state !== 'ok')).toMatchObject([
      { channel_id: lost?.channel_id, window_start: firstWindow, state: 'differs' },
    ]);
    const other = lost?.channel_id === '70001' ? 'channel_70002' : 'channel_70001';
    expect(await verify(other)).toMatchObject({ code: 0, windows: [{}, {}, {}] });
    const table = await runCli(['verify', '--wait', '1ms', '--tz', 'UTC'], { env: settingsEnv(settings) });
    expect(table.stdout).toMatch(
      /^CHANNEL +WINDOW +NEWEST +HISTORY +ARCHIVE +LOG +STATE\nchannel_7000\d .* differs\n$/,
    );
  });

  it('does not judge while a consumer is behind, and says so', async () => {
    const { verify } = await setUp({ archived: sent.slice(10) });
    const { code, stderr } = await verify();
    expect(code).toBe(3);
    expect(stderr).toContain('Behind the log: the counter by 300 records, the archiver by 300.');
  });

  it('knows a channel that is misspelt', async () => {
    const { verify } = await setUp();
    expect(await verify('chanel_70001')).toMatchObject({ code: 1 });
  });
});
