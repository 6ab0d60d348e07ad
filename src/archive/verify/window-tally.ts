import { windowStart } from '../../contract/channel-stats.ts';
import type { ChatMessage } from '../../contract/chat-message.ts';

export interface WindowCount {
  /** Distinct message ids. */
  readonly message_count: number;
  readonly unique_chatters: number;
}

export const noCount: WindowCount = { message_count: 0, unique_chatters: 0 };

/** Counts by the start of their windows (epoch milliseconds). */
export type WindowCounts = ReadonlyMap<number, WindowCount>;

type Countable = Pick<ChatMessage, 'timestamp' | 'message_id' | 'user_id'>;

/**
 * Counts the messages of one channel as DESIGN says they count: once per message id and window, by the message's own
 * time. Keeps the ids of all windows, some 100 bytes a message, since a repeated message may come at any time.
 */
export class WindowTally {
  readonly #windowMs: number;
  readonly #windows = new Map<number, { readonly ids: Set<string>; readonly users: Set<string> }>();

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  add({ timestamp, message_id, user_id }: Countable): void {
    const start = windowStart(timestamp, this.#windowMs);
    let window = this.#windows.get(start);
    if (window === undefined) {
      window = { ids: new Set(), users: new Set() };
      this.#windows.set(start, window);
    }
    if (window.ids.has(message_id)) return;
    window.ids.add(message_id);
    window.users.add(user_id);
  }

  counts(): WindowCounts {
    return new Map(
      [...this.#windows].map(([start, { ids, users }]) => [
        start,
        { message_count: ids.size, unique_chatters: users.size },
      ]),
    );
  }
}
