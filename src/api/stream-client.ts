import type { StreamEventName } from '../contract/api.ts';

/** Where a client's bytes go: a ServerResponse, or a fake in tests. */
export interface StreamSink {
  /** False when the reader does not keep up, as a Node stream says it. */
  write(chunk: string): boolean;
  end(chunk?: string): void;
  destroy(): void;
  on(event: 'drain', listener: () => void): unknown;
}

export interface StreamFilter {
  readonly events: ReadonlySet<StreamEventName>;
  /** Ids and lower-case names; undefined is every channel. */
  readonly channels: ReadonlySet<string> | undefined;
}

/** So many gaps and messages, or characters of them, wait for a client that does not read; more, and it is dropped. */
const MAX_WAITING = 1000;
const MAX_WAITING_CHARACTERS = 4 * 1024 * 1024;
/** What a dropped client may take to read why. */
const GOODBYE_MS = 1000;
const MAX_STALL_MS = 30_000;

/**
 * One reader of `/api/stream`. While it does not keep up, stats coalesce to one a channel and other events wait, so that
 * its memory is bounded.
 */
export class StreamClient {
  readonly filter: StreamFilter;
  readonly #sink: StreamSink;
  readonly #statsChunk: (channelId: string) => string | undefined;
  readonly #dirty = new Set<string>();
  #waiting: string[] = [];
  #waitingCharacters = 0;
  /** As `performance.now()`. */
  #stalledSince: number | undefined;

  constructor(sink: StreamSink, filter: StreamFilter, statsChunk: (channelId: string) => string | undefined) {
    this.#sink = sink;
    this.filter = filter;
    this.#statsChunk = statsChunk;
    sink.on('drain', () => this.#drain());
  }

  /** `channelName` in lower case. */
  wants(event: StreamEventName, channelId: string | null, channelName: string): boolean {
    const { events, channels } = this.filter;
    if (!events.has(event)) return false;
    if (channels === undefined) return true;
    return (channelId !== null && channels.has(channelId)) || channels.has(channelName);
  }

  /** The newest stats of a channel: `chunk` now, or what is the newest when the reader is ready again. */
  sendStats(channelId: string, chunk: string): void {
    if (this.#stalledSince !== undefined) this.#dirty.add(channelId);
    else this.#write(chunk);
  }

  /** @returns a reason to drop the client, or undefined */
  send(chunk: string): string | undefined {
    if (this.#stalledSince === undefined) {
      this.#write(chunk);
      return undefined;
    }
    if (this.#waiting.length >= MAX_WAITING || this.#waitingCharacters >= MAX_WAITING_CHARACTERS)
      return `${this.#waiting.length} events were waiting`;
    this.#waiting.push(chunk);
    this.#waitingCharacters += chunk.length;
    return undefined;
  }

  /** A comment line, which shows that the connection lives. @returns a reason to drop the client, or undefined */
  heartbeat(now: number): string | undefined {
    if (this.#stalledSince !== undefined) {
      const stalledMs = now - this.#stalledSince;
      return stalledMs > MAX_STALL_MS ? `nothing was read for ${Math.round(stalledMs / 1000)} s` : undefined;
    }
    this.#write(': heartbeat\n\n');
    return undefined;
  }

  end(): void {
    this.#sink.end();
  }

  /** Says why, as far as the connection still takes it, and closes. */
  drop(reason: string): void {
    this.#sink.end(`event: dropped\ndata: ${JSON.stringify({ reason })}\n\n`);
    setTimeout(() => this.#sink.destroy(), GOODBYE_MS).unref();
  }

  #write(chunk: string): void {
    if (!this.#sink.write(chunk)) this.#stalledSince ??= performance.now();
  }

  #drain(): void {
    this.#stalledSince = undefined;
    for (const [index, chunk] of this.#waiting.entries()) {
      if (this.#stalledSince !== undefined) {
        this.#waiting = this.#waiting.slice(index);
        return;
      }
      this.#waitingCharacters -= chunk.length;
      this.#write(chunk);
    }
    this.#waiting = [];
    for (const channelId of this.#dirty) {
      if (this.#stalledSince !== undefined) return;
      this.#dirty.delete(channelId);
      const chunk = this.#statsChunk(channelId);
      if (chunk !== undefined) this.#write(chunk);
    }
  }
}
