import { isDeepStrictEqual } from 'node:util';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { type ExpectedWindow, foldWindows, windowKey } from './windows.ts';

/** A row of the archive, as far as the books need it. */
export interface ArchivedRow {
  readonly channel_id: string;
  readonly message_id: string;
  readonly timestamp: number;
  readonly user_id: string;
  readonly username: string;
  readonly message: string;
  readonly emotes: readonly string[];
}

/** The books of one run. `log` is what the topic holds, with redeliveries. */
export interface Books {
  /** What the broker acknowledged, with redeliveries; absent when the log is judged by something else. */
  readonly sent?: readonly ChatMessage[];
  readonly log: readonly ChatMessage[];
  readonly rows: readonly ArchivedRow[];
  readonly windows: readonly ExpectedWindow[];
  readonly windowSeconds: number;
}

/** One entry that does not close: which book, which message or window, and what it says. */
export interface Discrepancy {
  readonly book: 'log' | 'archive' | 'by user' | 'windows' | 'channel-stats' | 'coverage';
  readonly kind: 'missing' | 'unexpected' | 'double' | 'different';
  readonly subject: string;
  readonly detail: string;
}

export function lineOf({ book, kind, subject, detail }: Discrepancy): string {
  return `${book}: ${kind} ${subject}: ${detail}`;
}

/**
 * Closes the books: what was acknowledged is what the log holds; the log's distinct messages are the rows of the archive,
 * once each and equal; the windows are what a fold over the distinct messages gives. Empty when they close.
 */
export function closeBooks(books: Books): Discrepancy[] {
  const distinct = distinctById(books.log);
  return [
    ...(books.sent === undefined ? [] : checkLog(distinctById(books.sent), books.log)),
    ...checkArchive(distinct, books.rows),
    ...checkWindows(distinct, books),
  ];
}

export function distinctById(messages: readonly ChatMessage[]): Map<string, ChatMessage> {
  return new Map(messages.map((message) => [message.message_id, message]));
}

function checkLog(sent: ReadonlyMap<string, ChatMessage>, log: readonly ChatMessage[]): Discrepancy[] {
  const found: Discrepancy[] = [];
  const missing = new Set(sent.keys());
  for (const message of log) {
    const { message_id: id } = message;
    missing.delete(id);
    const original = sent.get(id);
    if (original === undefined) found.push(logged('unexpected', id, 'in the log, and nobody sent it'));
    else if (!isDeepStrictEqual(original, message))
      found.push(logged('different', id, `${JSON.stringify(original)} became ${JSON.stringify(message)}`));
  }
  for (const id of missing) found.push(logged('missing', id, 'acknowledged by the broker, not in the log'));
  return found;
}

function logged(kind: Discrepancy['kind'], subject: string, detail: string): Discrepancy {
  return { book: 'log', kind, subject, detail };
}

function checkArchive(log: ReadonlyMap<string, ChatMessage>, rows: readonly ArchivedRow[]): Discrepancy[] {
  const book = rowBook('archive', log);
  for (const row of rows) book.add(row);
  return book.close();
}

/** A book of rows that are seen one at a time, against the distinct messages of the log by id. */
export function rowBook(name: 'archive' | 'by user', log: ReadonlyMap<string, ChatMessage>) {
  const found: Discrepancy[] = [];
  const seen = new Set<string>();
  const note = (kind: Discrepancy['kind'], subject: string, detail: string) =>
    found.push({ book: name, kind, subject, detail });
  return {
    add(row: ArchivedRow): void {
      const message = log.get(row.message_id);
      if (message === undefined) note('unexpected', row.message_id, 'a row that nobody sent');
      else if (seen.has(row.message_id)) note('double', row.message_id, 'two rows of one message');
      else if (!isDeepStrictEqual(asRow(message), row)) {
        const detail = `${JSON.stringify(asRow(message))} became ${JSON.stringify(row)}`;
        note('different', row.message_id, detail);
      }
      seen.add(row.message_id);
    },
    close(): Discrepancy[] {
      for (const id of log.keys()) if (!seen.has(id)) note('missing', id, 'in the log, and no row of it');
      return found;
    },
  };
}

function asRow(message: ChatMessage): ArchivedRow {
  const { channel_id, message_id, timestamp, user_id, username, message: text, emotes } = message;
  return { channel_id, message_id, timestamp, user_id, username, message: text, emotes: [...emotes] };
}

function checkWindows(log: ReadonlyMap<string, ChatMessage>, books: Books): Discrepancy[] {
  const published = new Map(
    books.windows.map((window) => [windowKey(window.channelId, window.windowStart), window]),
  );
  const found: Discrepancy[] = [];
  for (const expected of foldWindows(log.values(), books.windowSeconds)) {
    const subject = windowKey(expected.channelId, expected.windowStart);
    const window = published.get(subject);
    published.delete(subject);
    if (window === undefined)
      found.push(counted('missing', subject, `${expected.count} messages, never published`));
    else if (!isDeepStrictEqual(expected, window))
      found.push(counted('different', subject, difference(expected, window)));
  }
  for (const subject of published.keys())
    found.push(counted('unexpected', subject, 'a window without messages'));
  return found;
}

function counted(kind: Discrepancy['kind'], subject: string, detail: string): Discrepancy {
  return { book: 'windows', kind, subject, detail };
}

function difference(expected: ExpectedWindow, published: ExpectedWindow): string {
  const fields = ['count', 'uniqueChatters', 'topEmotes', 'topChatters'] as const;
  return fields
    .filter((field) => !isDeepStrictEqual(expected[field], published[field]))
    .map(
      (field) =>
        `${field}: ${JSON.stringify(expected[field])} was published as ${JSON.stringify(published[field])}`,
    )
    .join('; ');
}
