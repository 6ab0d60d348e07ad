import type { MessageFilter } from '../../cli/message-filter.ts';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { decodeChatRecord } from '../../kafka/chat-record.ts';
import type { LogRecord } from '../../kafka/log-connection.ts';
import type { MessageFormatter } from '../../output/message-format.ts';

export interface MessagePrinterOptions {
  readonly inChannel: MessageFilter;
  readonly matches: MessageFilter;
  readonly format: MessageFormatter;
  /** Done after so many messages. */
  readonly limit: number | undefined;
  /** Hold back all but the newest so many until {@link MessagePrinter.printNewest}. */
  readonly newest: number | undefined;
  /** Waits when the reader is slow. */
  readonly write: (text: string) => Promise<void>;
}

export interface Seen {
  readonly printed: number;
  /** Records that are no messages: the processor puts them to the dead letters. */
  readonly unreadable: number;
  /** Names of channels that were read over. */
  readonly otherChannels: ReadonlySet<string>;
}

const MAX_NAMES = 1000;

/** From records to lines, a piece of the log at a time. */
export class MessagePrinter {
  readonly #options: MessagePrinterOptions;
  readonly #otherChannels = new Set<string>();
  #held: ChatMessage[] | undefined;
  #printed = 0;
  #unreadable = 0;

  constructor(options: MessagePrinterOptions) {
    this.#options = options;
    this.#held = options.newest === undefined ? undefined : [];
  }

  get isDone(): boolean {
    return this.#printed >= (this.#options.limit ?? Number.POSITIVE_INFINITY);
  }

  get seen(): Seen {
    return {
      printed: this.#printed,
      unreadable: this.#unreadable,
      otherChannels: this.#otherChannels,
    };
  }

  async print(topic: string, records: readonly LogRecord[]): Promise<void> {
    const messages: ChatMessage[] = [];
    for (const record of records) {
      const message = decodeChatRecord(topic, record);
      if (message === undefined) this.#unreadable += 1;
      else if (!this.#options.inChannel(message)) this.#noteChannel(message.channel_name);
      else if (this.#options.matches(message)) messages.push(message);
    }
    if (this.#held === undefined) await this.#write(messages);
    else this.#held = [...this.#held, ...messages].slice(-(this.#options.newest ?? 0));
  }

  /** What was held back; from now on nothing is. */
  async printNewest(): Promise<void> {
    const held = this.#held ?? [];
    this.#held = undefined;
    await this.#write(held);
  }

  async #write(messages: readonly ChatMessage[]): Promise<void> {
    const room = (this.#options.limit ?? Number.POSITIVE_INFINITY) - this.#printed;
    const lines = messages.slice(0, room).map((message) => this.#options.format(message));
    if (lines.length === 0) return;
    this.#printed += lines.length;
    await this.#options.write(`${lines.join('\n')}\n`);
  }

  #noteChannel(name: string): void {
    if (this.#otherChannels.size < MAX_NAMES) this.#otherChannels.add(name);
  }
}
