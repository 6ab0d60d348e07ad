import { types } from 'cassandra-driver';
import pRetry from 'p-retry';
import type { ChatMessage } from '../contract/chat-message.ts';
import { AppError } from '../contract/errors.ts';
import type { ArchiveSettings } from './archive.ts';
import type { CassandraSession, DriverPage } from './client.ts';

/** A message in the partition of its channel. */
export type ChannelMessage = Omit<ChatMessage, 'channel_id' | 'channel_name'>;

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
  /** How many rows a page aims at; it has at most four times as many. Default 1000. */
  readonly pageSize?: number;
  /** What {@link messageExtent} gave for the range, where the caller has asked already. */
  readonly extent?: MessageExtent | undefined;
  readonly signal: AbortSignal;
}

/** The times of the oldest and the newest message of a range. */
export interface MessageExtent {
  readonly first: number;
  readonly last: number;
}

/**
 * The messages of one channel, oldest first, in pages, from a partition of any size: a handful of pages is in memory,
 * the next ones on their way while the caller works on this one. Equal times come by descending id. A page that fails
 * is asked for again.
 * @throws AppError CASSANDRA_UNREACHABLE, CASSANDRA_SCHEMA_MISSING
 */
export async function* readMessages(
  session: CassandraSession,
  settings: ArchiveSettings,
  range: MessageRange,
  { pageSize = 1000, extent: known, signal }: PageOptions,
): AsyncGenerator<ChannelMessage[]> {
  const left = new AbortController();
  const fetch = pageFetcher(session, settings, range.channelId, AbortSignal.any([signal, left.signal]));
  const { after } = range;
  let { from = 0 } = range;
  try {
    if (after !== undefined && after.timestamp >= from) {
      if (after.timestamp >= range.to) return;
      // CQL can say "behind this place" in one relation only for columns that run in the same direction.
      const parameters = [after.timestamp, types.Uuid.fromString(after.message_id)];
      yield* oldestFirst(fetch, { where: 'timestamp = ? AND message_id < ?', parameters }, pageSize);
      from = after.timestamp + 1;
    }
    const extent = known ?? (await messageExtent(session, settings, { ...range, from }, signal));
    // A known one may begin with what the cursor has passed.
    if (extent !== undefined)
      yield* timeSlices(fetch, Math.max(from, extent.first), extent.last + 1, pageSize);
  } finally {
    // What is still asked for when the caller leaves is not asked for again.
    left.abort();
  }
}

/**
 * Undefined when the range is empty. A question that fails is asked again.
 * @throws AppError CASSANDRA_UNREACHABLE, CASSANDRA_SCHEMA_MISSING
 */
export async function messageExtent(
  session: CassandraSession,
  { CASSANDRA_KEYSPACE, CASSANDRA_TABLE }: ArchiveSettings,
  { channelId, from = 0, to, after }: MessageRange,
  signal: AbortSignal,
): Promise<MessageExtent | undefined> {
  const start = Math.max(from, after?.timestamp ?? 0);
  const end = (direction: 'ASC' | 'DESC') => {
    const query = `SELECT timestamp FROM ${CASSANDRA_KEYSPACE}.${CASSANDRA_TABLE} WHERE channel_id = ? AND timestamp >= ? AND timestamp < ? ORDER BY timestamp ${direction} LIMIT 1`;
    return persistently(() => session.query(query, [channelId, start, to]), signal);
  };
  const [first, last] = await Promise.all([end('ASC'), end('DESC')]);
  const [oldest, newest] = [first.rows[0]?.timestamp, last.rows[0]?.timestamp];
  return typeof oldest === 'number' && typeof newest === 'number'
    ? { first: oldest, last: newest }
    : undefined;
}

/** How many slices are asked for at once: one thread of Cassandra reads each, and Node takes them faster than one can. */
const AHEAD = 4;
const FIRST_WIDTH_MS = 1000;
const MAX_WIDTH_MS = 6 * 3_600_000;

/**
 * Slices of time, each as wide as the one before it says that `rows` rows are. A slice is read as the table is clustered,
 * newest first, which costs Cassandra less, and turned round here; independent of each other, several are read at once.
 * One that turns out too full is read oldest first, page by page.
 */
async function* timeSlices(
  fetch: FetchPage,
  first: number,
  end: number,
  rows: number,
): AsyncGenerator<ChannelMessage[]> {
  let from = first;
  let width = FIRST_WIDTH_MS;
  const asked: { readonly part: Part; readonly width: number; readonly page: Promise<DriverPage> }[] = [];
  for (;;) {
    for (; from < end && asked.length < AHEAD; from += width) {
      const part = {
        where: 'timestamp >= ? AND timestamp < ?',
        parameters: [from, Math.min(from + width, end)],
      };
      const page = fetch(part, { newestFirst: true, pageSize: rows * 4 });
      // Its failure is thrown by the await below, unless the caller has left by then.
      page.catch(() => undefined);
      asked.push({ part, width, page });
    }
    const slice = asked.shift();
    if (slice === undefined) return;
    const page = await slice.page;
    if (page.pageState !== undefined) yield* oldestFirst(fetch, slice.part, rows);
    else if (page.rows.length > 0) yield page.rows.map(toMessage).reverse();
    const change = Math.min(8, Math.max(1 / 8, rows / page.rows.length));
    width = Math.min(MAX_WIDTH_MS, Math.ceil(slice.width * change));
  }
}

/** Reads against the clustering of the table (timestamp DESC, message_id ASC), each page behind the one before it. */
async function* oldestFirst(
  fetch: FetchPage,
  part: Part,
  pageSize: number,
): AsyncGenerator<ChannelMessage[]> {
  let pageState: string | undefined;
  do {
    const page = await fetch(part, { newestFirst: false, pageSize, pageState });
    pageState = page.pageState;
    if (page.rows.length > 0) yield page.rows.map(toMessage);
  } while (pageState !== undefined);
}

interface Part {
  readonly where: string;
  readonly parameters: readonly unknown[];
}

type FetchPage = (
  part: Part,
  page: {
    readonly newestFirst: boolean;
    readonly pageSize: number;
    readonly pageState?: string | undefined;
  },
) => Promise<DriverPage>;

/** A page of long messages takes a loaded node its time. */
const PAGE_TIMEOUT_MS = 20_000;
const RETRIES = 5;

function pageFetcher(
  session: CassandraSession,
  { CASSANDRA_KEYSPACE, CASSANDRA_TABLE }: ArchiveSettings,
  channelId: string,
  signal: AbortSignal,
): FetchPage {
  const select = `SELECT timestamp, message_id, user_id, username, message, emotes FROM ${CASSANDRA_KEYSPACE}.${CASSANDRA_TABLE} WHERE channel_id = ?`;
  return ({ where, parameters }, { newestFirst, pageSize, pageState }) => {
    const order = newestFirst ? '' : ' ORDER BY timestamp ASC, message_id DESC';
    const options = { pageSize, pageState, timeoutMs: PAGE_TIMEOUT_MS };
    const query = `${select} AND ${where}${order}`;
    return persistently(() => session.driverPage(query, [channelId, ...parameters], options), signal);
  };
}

function persistently<Answer>(ask: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  return pRetry(ask, {
    retries: RETRIES,
    minTimeout: 200,
    signal,
    shouldRetry: (error) => error instanceof AppError && error.retryable,
  });
}

function toMessage({ timestamp, message_id, user_id, username, message, emotes }: types.Row): ChannelMessage {
  return {
    message_id: String(message_id),
    user_id: text(user_id),
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
