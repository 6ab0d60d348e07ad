import { types } from 'cassandra-driver';
import pRetry from 'p-retry';
import type { Settings } from '../config/settings.ts';
import type { ChatMessage } from '../contract/chat-message.ts';
import { AppError } from '../contract/errors.ts';
import type { CassandraSession, DriverPage } from './client.ts';

export type ArchivedMessage = Omit<ChatMessage, 'channel_id' | 'channel_name'>;

/** The place of a message in its channel's partition, in reading order: by time, equal times by descending id. */
export interface MessageCursor {
  readonly timestamp: number;
  readonly message_id: string;
}

export interface MessageRange {
  readonly channelId: string;
  /** Inclusive, epoch milliseconds; undefined reads from the oldest. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly to: number;
  /** Only what follows this place. */
  readonly after?: MessageCursor | undefined;
}

export interface PageOptions {
  /** Rows of a page; at most two pages are in memory. Default 2000: larger ones are no faster, and take more memory. */
  readonly pageSize?: number;
  readonly signal: AbortSignal;
}

type ArchiveSettings = Pick<Settings, 'CASSANDRA_KEYSPACE' | 'CASSANDRA_TABLE'>;

/** A page of long messages takes a loaded node its time. */
const PAGE_TIMEOUT_MS = 20_000;
const RETRIES = 5;

/**
 * The messages of one channel, oldest first, in pages of a partition of any size; the next page is fetched while the
 * caller works on this one. The table is clustered newest first (timestamp DESC, message_id ASC), so this reads it
 * reversed: timestamp ASC, message_id DESC. A page that fails is asked for again.
 * @throws AppError CASSANDRA_UNREACHABLE, CASSANDRA_SCHEMA_MISSING
 */
export async function* readMessages(
  session: CassandraSession,
  settings: ArchiveSettings,
  range: MessageRange,
  options: PageOptions,
): AsyncGenerator<ArchivedMessage[]> {
  for (const { where, parameters } of slices(range)) {
    const cql = `SELECT timestamp, message_id, user_id, username, message, emotes FROM ${settings.CASSANDRA_KEYSPACE}.${settings.CASSANDRA_TABLE} WHERE channel_id = ? AND ${where} ORDER BY timestamp ASC, message_id DESC`;
    const fetchPage = (pageState?: string) =>
      pRetry(
        () =>
          session.driverPage(cql, parameters, {
            pageSize: options.pageSize ?? 2000,
            pageState,
            timeoutMs: PAGE_TIMEOUT_MS,
          }),
        {
          retries: RETRIES,
          minTimeout: 200,
          signal: options.signal,
          shouldRetry: (error) => error instanceof AppError && error.retryable,
        },
      );
    yield* pages(fetchPage);
  }
}

/** The times of the oldest and the newest message of a range; undefined when it is empty. */
export async function messageExtent(
  session: CassandraSession,
  { CASSANDRA_KEYSPACE, CASSANDRA_TABLE }: ArchiveSettings,
  { channelId, from = 0, to, after }: MessageRange,
): Promise<{ readonly first: number; readonly last: number } | undefined> {
  const start = Math.max(from, after?.timestamp ?? 0);
  const end = (direction: 'ASC' | 'DESC') =>
    session.query(
      `SELECT timestamp FROM ${CASSANDRA_KEYSPACE}.${CASSANDRA_TABLE} WHERE channel_id = ? AND timestamp >= ? AND timestamp < ? ORDER BY timestamp ${direction} LIMIT 1`,
      [channelId, start, to],
    );
  const [first, last] = await Promise.all([end('ASC'), end('DESC')]);
  const [oldest, newest] = [first.rows[0]?.timestamp, last.rows[0]?.timestamp];
  return typeof oldest === 'number' && typeof newest === 'number'
    ? { first: oldest, last: newest }
    : undefined;
}

interface Slice {
  readonly where: string;
  readonly parameters: readonly unknown[];
}

/**
 * What follows a cursor is, in reading order, the rest of its millisecond and then all later ones. CQL can say that in
 * one relation only for columns that run in the same direction, so these are two slices.
 */
function slices({ channelId, from = 0, to, after }: MessageRange): Slice[] {
  if (after === undefined || after.timestamp < from) {
    return [{ where: 'timestamp >= ? AND timestamp < ?', parameters: [channelId, from, to] }];
  }
  if (after.timestamp >= to) return [];
  return [
    {
      where: 'timestamp = ? AND message_id < ?',
      parameters: [channelId, after.timestamp, types.Uuid.fromString(after.message_id)],
    },
    { where: 'timestamp > ? AND timestamp < ?', parameters: [channelId, after.timestamp, to] },
  ];
}

async function* pages(
  fetchPage: (pageState?: string) => Promise<DriverPage>,
): AsyncGenerator<ArchivedMessage[]> {
  let next: Promise<DriverPage> | undefined = fetchPage();
  while (next !== undefined) {
    const { rows, pageState }: DriverPage = await next;
    next = pageState === undefined ? undefined : fetchPage(pageState);
    // Its failure is thrown by the await above, unless the caller has left by then.
    next?.catch(() => undefined);
    if (rows.length > 0) yield rows.map(toMessage);
  }
}

function toMessage(row: types.Row): ArchivedMessage {
  const [timestamp, messageId, userId, username, message, emotes] = row.values();
  return {
    message_id: String(messageId),
    user_id: text(userId),
    username: text(username),
    message: text(message),
    timestamp: timestamp instanceof types.Long ? timestamp.toNumber() : Number(timestamp),
    // An empty list is no list to Cassandra.
    emotes: Array.isArray(emotes) ? emotes.map(String) : [],
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
