import type { ChannelMessage, MessageCursor } from '../cassandra/message-pages.ts';
import type { ChatMessage } from '../contract/chat-message.ts';
import type { ArchivedChannel } from './channel.ts';

export interface ReplaySink {
  /** Hands on messages in order; resolves with how many were taken, when there is room for more. */
  write(messages: readonly ChatMessage[]): Promise<number>;
}

export interface ReplayPace {
  /** How many of these messages are due now: at least one, after waiting for it. 0 when aborted. */
  due(messages: readonly ChannelMessage[], signal: AbortSignal): Promise<number>;
}

export interface ReplayOptions {
  readonly channel: ArchivedChannel;
  readonly pages: AsyncIterable<readonly ChannelMessage[]>;
  readonly sink: ReplaySink;
  readonly matches: (message: ChatMessage) => boolean;
  readonly pace: ReplayPace;
  /** End after so many messages that match. */
  readonly limit: number;
  readonly onProgress: (tally: ReplayTally) => void;
  /** Told after every write where it stands; may save it. */
  readonly onCursor: (cursor: MessageCursor) => Promise<void>;
  readonly signal: AbortSignal;
}

/** The books of a replay: what was read is what was written and what the filters kept out. */
export interface ReplayTally {
  readonly read: number;
  readonly filtered: number;
  readonly written: number;
  /** The last row that was dealt with. */
  readonly cursor: MessageCursor | undefined;
}

/**
 * Carries messages from pages to a sink, at a pace, and keeps the books. Waits for the sink before the next page is
 * wanted, so memory stays the same however large the partition and however slow the reader.
 */
export async function replay(options: ReplayOptions): Promise<ReplayTally> {
  const { channel, sink, matches, pace, limit, signal } = options;
  let tally: ReplayTally = { read: 0, filtered: 0, written: 0, cursor: undefined };
  for await (const page of options.pages) {
    let rest = page;
    while (rest.length > 0) {
      const due = signal.aborted ? 0 : await pace.due(rest, signal);
      if (due === 0) return tally;
      const room = limit - tally.written;
      const { rows, messages } = take(rest.slice(0, due), channel, matches, room);
      const written = messages.length === 0 ? 0 : await sink.write(messages);
      const last = rows.at(-1);
      tally = {
        read: tally.read + rows.length,
        filtered: tally.filtered + rows.length - messages.length,
        written: tally.written + written,
        cursor:
          last === undefined ? tally.cursor : { timestamp: last.timestamp, message_id: last.message_id },
      };
      options.onProgress(tally);
      if (tally.cursor !== undefined) await options.onCursor(tally.cursor);
      if (tally.written >= limit) return tally;
      rest = rest.slice(due);
    }
  }
  return tally;
}

/** True when every row that was read was either written or kept out by a filter. */
export function isBalanced({ read, filtered, written }: ReplayTally): boolean {
  return read === filtered + written;
}

/** Rows up to the one that fills the room, and the messages among them that match. */
function take(
  rows: readonly ChannelMessage[],
  channel: ArchivedChannel,
  matches: (message: ChatMessage) => boolean,
  room: number,
) {
  const messages: ChatMessage[] = [];
  let taken = 0;
  for (const row of rows) {
    if (messages.length === room) break;
    taken += 1;
    const message = { channel_id: channel.id, channel_name: channel.name, ...row };
    if (matches(message)) messages.push(message);
  }
  return { rows: rows.slice(0, taken), messages };
}
