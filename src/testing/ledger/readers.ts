import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { connectCassandra } from '../../cassandra/client.ts';
import { pagesOf } from '../../cassandra/pages.ts';
import type { Settings } from '../../config/settings.ts';
import { type ChannelStats, channelStatsSchema } from '../../contract/channel-stats.ts';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { consumersBehind } from '../../kafka/group-progress.ts';
import type { TopicRecord } from '../../kafka/reader-session.ts';
import { readTopics } from '../../kafka/topic-reader.ts';
import type { ArchivedRow } from './books.ts';
import { type ExpectedWindow, publishedWindow } from './windows.ts';

/**
 * Waits until count and archive have committed every message, at most until `deadline`: to read all books takes seconds
 * and a core, which those who are behind need more. Says twice a minute who is behind. Does not wait while Kafka is
 * away: reading says so. Rejects when the signal is aborted.
 */
export async function untilCaughtUp(
  settings: Settings,
  deadline: number,
  report: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let lastSaid = Date.now();
  while (Date.now() < deadline) {
    const { counter, archiver } = await consumersBehind(settings).catch(() => NOT_BEHIND);
    if (counter + archiver === 0) return;
    if (Date.now() - lastSaid > 30_000) {
      lastSaid = Date.now();
      report(`behind: the counter by ${counter} messages, the archiver by ${archiver}`);
    }
    await sleep(1000, undefined, { signal });
  }
}

const NOT_BEHIND = { counter: 0, archiver: 0 };

/** Every committed record of a topic, from the beginning to what is its end now. */
export async function readTopic(settings: Settings, topic: string): Promise<TopicRecord[]> {
  const records: TopicRecord[] = [];
  const ended = new AbortController();
  const reader = readTopics(settings, {
    clientId: 'ledger',
    groupId: `ledger-${crypto.randomUUID()}`,
    topics: [{ topic, from: 'beginning' }],
    onRecords: (read) => {
      records.push(...read);
    },
    onState: ({ caughtUp }) => {
      if (caughtUp) ended.abort();
    },
    signal: ended.signal,
  });
  await reader.done;
  return records;
}

/** The log as messages. Our sender writes all fields, so they are taken as they are. */
export async function readLog(settings: Settings): Promise<ChatMessage[]> {
  const records = await readTopic(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES);
  return records.map(({ value }) => JSON.parse(String(value)) as ChatMessage);
}

/** The last published window of each channel. */
export async function readNewestWindows(settings: Settings): Promise<Map<string, ChannelStats>> {
  const records = await readTopic(settings, settings.KAFKA_TOPIC_STATS);
  const stats = records.map(({ value }) => channelStatsSchema.parse(JSON.parse(String(value))));
  return new Map(stats.map((window) => [window.channel_id, window]));
}

const rowSchema = z.object({
  channel_id: z.string(),
  message_id: z.string(),
  timestamp: z.number(),
  user_id: z.string(),
  message: z.string(),
  emotes: z
    .array(z.string())
    .nullable()
    .transform((emotes) => emotes ?? []),
});

const historySchema = channelStatsSchema.extend({ coverage: z.number().nullish() });

export interface Archive {
  readonly rows: readonly ArchivedRow[];
  readonly windows: readonly ExpectedWindow[];
}

/** All rows and all windows of these channels. */
export async function readArchive(settings: Settings, channelIds: readonly string[]): Promise<Archive> {
  const session = await connectCassandra(settings);
  try {
    const rows: ArchivedRow[] = [];
    const windows: ExpectedWindow[] = [];
    const { CASSANDRA_KEYSPACE: keyspace, CASSANDRA_TABLE: table } = settings;
    for (const channelId of channelIds) {
      const messages = `SELECT channel_id, message_id, timestamp, user_id, message, emotes FROM ${keyspace}.${table} WHERE channel_id = ?`;
      for await (const page of pagesOf(session, messages, [channelId], PATIENT))
        rows.push(...page.map((row) => rowSchema.parse(row)));
      const history = `SELECT * FROM ${keyspace}.channel_window_stats WHERE channel_id = ?`;
      for await (const page of pagesOf(session, history, [channelId], PATIENT))
        windows.push(...page.map(published));
    }
    return { rows, windows };
  } finally {
    await session.close();
  }
}

const PATIENT = { timeoutMs: 30_000 };

function published(row: unknown): ExpectedWindow {
  const { coverage: _coverage, ...stats } = historySchema.parse(withEmptyLists(row));
  return publishedWindow(stats);
}

/** Cassandra has no empty collections: an empty list comes back as null. */
function withEmptyLists(row: unknown): unknown {
  const object = z.record(z.string(), z.unknown()).parse(row);
  return { ...object, top_emotes: object.top_emotes ?? [], top_chatters: object.top_chatters ?? [] };
}
