import { windowStart } from '../../contract/channel-stats.ts';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { decodeChatRecord } from '../../kafka/chat-record.ts';
import type { LogConnection, Positions } from '../../kafka/log-connection.ts';
import { readLog } from '../../kafka/log-reader.ts';
import { type WindowCounts, WindowTally } from './window-tally.ts';

/** Nothing is appended before it was sent, but for clocks that differ. */
const CLOCK_SKEW_MS = 300_000;

export interface LogRecountOptions {
  readonly topic: string;
  readonly windowMs: number;
  /** Event times to count: `from` ≤ t < `to`. */
  readonly from: number;
  readonly to: number;
  readonly inChannel: (message: ChatMessage) => boolean;
  /** Authors whose rows are gone, though the log still has their records. */
  readonly isForgotten: (message: ChatMessage) => boolean;
  readonly signal: AbortSignal;
}

interface CountedChannel {
  name: string;
  readonly tally: WindowTally;
  /** Of the first record of each window, epoch ms. */
  readonly appendedFrom: Map<number, number>;
  /** Without the forgotten. */
  readonly remembered: WindowTally;
}

/** The windows that the Kafka log gives when it is counted anew; can go on where it stopped. */
export class LogRecount {
  readonly #log: LogConnection;
  readonly #options: LogRecountOptions;
  readonly #channels = new Map<string, CountedChannel>();
  #position: Positions | undefined;

  constructor(log: LogConnection, options: LogRecountOptions) {
    this.#log = log;
    this.#options = options;
  }

  /** Reads up to the end of the log as it is now, and gives that end. */
  async advance(): Promise<Positions> {
    const { from, signal } = this.#options;
    const end = await this.#log.offsets('end');
    const start = this.#position ?? (await this.#log.offsets(Math.max(0, from - CLOCK_SKEW_MS)));
    for await (const records of readLog(this.#log, { from: start, to: end })) {
      signal.throwIfAborted();
      for (const record of records) {
        const message = decodeChatRecord(this.#options.topic, record);
        if (message !== undefined) this.#count(message, record.timestamp);
      }
    }
    this.#position = end;
    return end;
  }

  /**
   * From when on the log holds everything: retention has deleted what was appended before. Undefined when it still has
   * its very first record.
   */
  async completeFrom(): Promise<number | undefined> {
    const lowest = await this.#log.offsets('beginning');
    const cut = [...lowest].filter(([, offset]) => offset > 0);
    if (cut.length === 0) return undefined;
    const oldest = (await this.#log.fetch(new Map(cut), 500)).map(({ records }) => records[0]?.timestamp);
    // A partition without records says nothing of when the last one went: now is the safe answer.
    return Math.max(...oldest.map((timestamp) => timestamp ?? Date.now()));
  }

  /** Names by id, of the channels that were counted. */
  get names(): ReadonlyMap<string, string> {
    return new Map([...this.#channels].map(([id, { name }]) => [id, name]));
  }

  counts(channelId: string): WindowCounts {
    return this.#channels.get(channelId)?.tally.counts() ?? new Map();
  }

  /** When the first record of each window was appended, epoch ms, by the start of the window. */
  appendedFrom(channelId: string): ReadonlyMap<number, number> {
    return this.#channels.get(channelId)?.appendedFrom ?? new Map();
  }

  /** The same as {@link counts} without the messages of people who asked to be forgotten. */
  remembered(channelId: string): WindowCounts {
    return this.#channels.get(channelId)?.remembered.counts() ?? new Map();
  }

  #count(message: ChatMessage, appendedAt: number): void {
    const { from, to, inChannel, isForgotten, windowMs } = this.#options;
    if (message.timestamp < from || message.timestamp >= to || !inChannel(message)) return;
    let channel = this.#channels.get(message.channel_id);
    if (channel === undefined) {
      channel = {
        name: message.channel_name,
        tally: new WindowTally(windowMs),
        appendedFrom: new Map(),
        remembered: new WindowTally(windowMs),
      };
      this.#channels.set(message.channel_id, channel);
    }
    channel.name = message.channel_name;
    channel.tally.add(message);
    const start = windowStart(message.timestamp, windowMs);
    if (appendedAt < (channel.appendedFrom.get(start) ?? Number.POSITIVE_INFINITY))
      channel.appendedFrom.set(start, appendedAt);
    if (!isForgotten(message)) channel.remembered.add(message);
  }
}
