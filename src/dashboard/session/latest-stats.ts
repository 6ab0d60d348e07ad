import type { ServerEvent } from './event-stream.ts';

const channel = /"channel_id":"([^"]*)"/;
const windowStart = /"start":(\d+)/;

/**
 * Between the stream and the model: of all counts of one window that come between two paints only the last is kept,
 * and only that one is ever parsed. Everything else goes through in its place.
 */
export class LatestStats {
  #events = new Map<string, { readonly event: ServerEvent; readonly at: number }>();
  #others = 0;

  add(event: ServerEvent, at: number): void {
    const key = event.event === 'stats' ? windowKey(event.data) : `#${this.#others++}`;
    // Deleted first: a map keeps the place of a key that is set again.
    this.#events.delete(key);
    this.#events.set(key, { event, at });
  }

  /** What came since the last call, in the order of arrival. */
  take(): { readonly event: ServerEvent; readonly at: number }[] {
    const events = [...this.#events.values()];
    this.#events = new Map();
    return events;
  }
}

function windowKey(data: string): string {
  return `${channel.exec(data)?.[1] ?? data} ${windowStart.exec(data)?.[1] ?? ''}`;
}
