import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { connectCassandra } from '../../cassandra/client.ts';
import { pagesOf } from '../../cassandra/pages.ts';
import type { Settings } from '../../config/settings.ts';
import { channelStatsSchema } from '../../contract/channel-stats.ts';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { AppError } from '../../contract/errors.ts';
import { consumersBehind } from '../../kafka/group-progress.ts';
import type { LogRecord } from '../../kafka/log-connection.ts';
import type { TopicRecord } from '../../kafka/reader-session.ts';
import { readTopics } from '../../kafka/topic-reader.ts';
import { wholeTopic } from '../../kafka/whole-topic.ts';
import type { ArchivedRow } from './books.ts';
import type { WindowCoverage } from './coverage-books.ts';
import type { NewestRecord } from './newest-books.ts';
import { Overdue } from './until.ts';
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

/** A million records in JSON on a starved machine; a transaction that never ends would keep us for ever. */
const READ_MS = 600_000;

/**
 * Every committed record of a topic, from the beginning to what is its end now; those of a partition in order.
 * @throws AppError KAFKA_UNREACHABLE when that end is not reached in ten minutes
 */
export async function readTopic(settings: Settings, topic: string): Promise<TopicRecord[]> {
  const records: TopicRecord[] = [];
  const reached = new Map<number, number>();
  const ended = new AbortController();
  const reader = readTopics(settings, {
    clientId: 'ledger',
    groupId: `ledger-${crypto.randomUUID()}`,
    topics: [{ topic, from: 'beginning' }],
    onRecords: (read) => {
      for (const record of read) {
        // A session that is lost behind a batch brings it once more: that is not what the books are about.
        if (record.offset <= (reached.get(record.partition) ?? -1)) continue;
        reached.set(record.partition, record.offset);
        records.push(record);
      }
    },
    onState: ({ caughtUp }) => {
      if (caughtUp) ended.abort();
    },
    signal: AbortSignal.any([ended.signal, AbortSignal.timeout(READ_MS)]),
  });
  await reader.done;
  if (ended.signal.aborted) return records;
  throw new AppError('KAFKA_UNREACHABLE', `${topic} was not read to its end in ${READ_MS / 1000} s`, {
    detail: `${records.length} records came of ${topic}, in ${READ_MS / 1000} s not all of them.`,
  });
}

/** The same as it comes, oldest first, without a consumer. @throws Overdue when that takes more than ten minutes */
export async function* recordsOf(settings: Settings, topic: string): AsyncGenerator<LogRecord> {
  const enough = AbortSignal.timeout(READ_MS);
  yield* wholeTopic(settings, { topic, clientId: 'ledger' }, enough);
  // Aborted, it ends as if this were all.
  if (enough.aborted) throw new Overdue(`all of ${topic} is read`, READ_MS);
}

/** The log as messages. Our sender writes all fields, so they are taken as they are. */
export async function readLog(settings: Settings): Promise<ChatMessage[]> {
  const records = await readTopic(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES);
  return records.map(({ value }) => JSON.parse(String(value)) as ChatMessage);
}

/** What was published on `channel-stats`, as far as compaction left it. */
export async function readNewest(settings: Settings): Promise<NewestRecord[]> {
  const records = await readTopic(settings, settings.KAFKA_TOPIC_STATS);
  return records.map(({ partition, key = '', value }) => ({
    partition,
    key,
    stats: value === undefined ? undefined : channelStatsSchema.parse(JSON.parse(String(value))),
  }));
}

const rowSchema = z.object({
  channel_id: z.string(),
  message_id: z.string(),
  timestamp: z.number(),
  user_id: z.string(),
  username: z.string(),
  message: z.string(),
  emotes: z
    .array(z.string())
    .nullable()
    .transform((emotes) => emotes ?? []),
});

const historySchema = channelStatsSchema.extend({
  coverage: z
    .number()
    .nullish()
    .transform((coverage) => coverage ?? undefined),
});

export interface Archive {
  readonly rows: readonly ArchivedRow[];
  readonly windows: readonly ExpectedWindow[];
  /** Of the same windows. */
  readonly coverage: readonly WindowCoverage[];
}

const COLUMNS = 'channel_id, message_id, timestamp, user_id, username, message, emotes';

/** All rows and all windows of these channels. */
export async function readArchive(settings: Settings, channelIds: readonly string[]): Promise<Archive> {
  const session = await connectCassandra(settings);
  try {
    const rows: ArchivedRow[] = [];
    const windows: ExpectedWindow[] = [];
    const coverage: WindowCoverage[] = [];
    const { CASSANDRA_KEYSPACE: keyspace, CASSANDRA_TABLE: table } = settings;
    for (const channelId of channelIds) {
      const messages = `SELECT ${COLUMNS} FROM ${keyspace}.${table} WHERE channel_id = ?`;
      for await (const page of pagesOf(session, messages, [channelId], PATIENT))
        rows.push(...page.map((row) => rowSchema.parse(row)));
      const history = `SELECT * FROM ${keyspace}.channel_window_stats WHERE channel_id = ?`;
      for await (const page of pagesOf(session, history, [channelId], PATIENT))
        for (const row of page) {
          const stats = historySchema.parse(withEmptyLists(row));
          windows.push(publishedWindow(stats));
          coverage.push(coverageOf(stats));
        }
    }
    return { rows, windows, coverage };
  } finally {
    await session.close();
  }
}

/**
 * All of `messages_by_user`, whoever they are of, a row at a time: one scan of the table in pages. It has a partition a
 * channel and user, so to ask for each of them costs many times that (docs/reliability.md has the figures).
 */
export async function readByUser(settings: Settings, onRow: (row: ArchivedRow) => void): Promise<void> {
  const session = await connectCassandra(settings);
  try {
    const scan = `SELECT ${COLUMNS} FROM ${settings.CASSANDRA_KEYSPACE}.messages_by_user`;
    for await (const page of pagesOf(session, scan, [], { ...PATIENT, pageSize: 5000 }))
      for (const row of page) onRow(rowSchema.parse(row));
  } finally {
    await session.close();
  }
}

const PATIENT = { timeoutMs: 30_000 };

function coverageOf(stats: z.infer<typeof historySchema>): WindowCoverage {
  const { channel_id: channelId, channel_name: channelName, window_start: windowStart, coverage } = stats;
  return { channelId, channelName, windowStart, coverage };
}

/** Cassandra has no empty collections: an empty list comes back as null. */
function withEmptyLists(row: unknown): unknown {
  const object = z.record(z.string(), z.unknown()).parse(row);
  return { ...object, top_emotes: object.top_emotes ?? [], top_chatters: object.top_chatters ?? [] };
}
