import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type ChannelView, channelViewSchema } from '../../contract/api.ts';

/** What a client at the end of the pipeline saw, and when: the newest message that was counted, by our own clock. */
export interface ScreenLog {
  /** The last view of each channel, by id. */
  readonly views: ReadonlyMap<string, ChannelView>;
  /**
   * Milliseconds from `at` until a message that was sent at or after it was on the screen; undefined when none was.
   * @param at epoch milliseconds
   */
  shownAfter(at: number): number | undefined;
  /** How old the newest counted message was when a newer one was shown, milliseconds, of all of these moments. */
  ages(): readonly number[];
  /** Lines that were no view. */
  readonly unreadable: readonly string[];
}

/** Follows the lines of `watch --json`. */
export function followScreen(lines: Readable, now: () => number = Date.now): ScreenLog {
  const views = new Map<string, ChannelView>();
  const unreadable: string[] = [];
  const shown: { readonly sentAt: number; readonly at: number }[] = [];
  createInterface({ input: lines }).on('line', (line) => {
    const view = parsed(line);
    if (view === undefined) {
      unreadable.push(line);
      return;
    }
    views.set(view.channel_id, view);
    const sentAt = view.last_message_at ?? 0;
    if (sentAt > (shown.at(-1)?.sentAt ?? 0)) shown.push({ sentAt, at: now() });
  });
  return {
    views,
    unreadable,
    shownAfter(at) {
      const first = shown.find(({ sentAt }) => sentAt >= at);
      return first === undefined ? undefined : Math.max(0, first.at - at);
    },
    ages: () => shown.map(({ sentAt, at }) => at - sentAt),
  };
}

function parsed(line: string): ChannelView | undefined {
  try {
    return channelViewSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
