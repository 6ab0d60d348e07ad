import { randomUUID } from 'node:crypto';
import type { Health } from '../contract/api.ts';
import type { ChatMessage } from '../contract/chat-message.ts';
import type { GapEvent } from '../contract/ingest-event.ts';
import { type PastEvent, PastEvents } from './past-events.ts';
import { RecentGaps } from './recent-gaps.ts';
import type { StatsCache } from './stats-cache.ts';
import { StreamClient, type StreamFilter, type StreamSink } from './stream-client.ts';

export interface EventHubOptions {
  readonly cache: StatsCache;
  readonly health: () => Health;
  /** Told when a client was dropped, and why. */
  readonly onDropped?: (reason: string) => void;
}

/** At most one `stats` event a channel in so many milliseconds; the first after a pause goes out at once. */
const COALESCE_MS = 100;
/** Gaps and messages that are sent again to who comes back with `Last-Event-ID`; of each kind no more are kept. */
const MAX_REPLAY = 1000;
const MAX_REPLAY_CHARACTERS = 4 * 1024 * 1024;
const HEARTBEAT_MS = 15_000;

/** Hands what happens to all readers of `/api/stream`; every event is written out once, whatever the number of readers. */
export class EventHub {
  readonly #options: EventHubOptions;
  readonly #clients = new Set<StreamClient>();
  /** Ids of another run of this process mean nothing here. */
  readonly #run = randomUUID().slice(0, 8);
  /** Apart, or busy chat would push out the gaps. */
  readonly #past = { gap: newPast(), message: newPast() };
  readonly #recentGaps = new RecentGaps();
  readonly #dirty = new Set<string>();
  readonly #heartbeat: NodeJS.Timeout;
  #onMessagesWanted: (wanted: boolean) => void = () => {};
  #sequence = 0;
  #flushTimer: NodeJS.Timeout | undefined;
  /** As `performance.now()`: the clock may be set back. */
  #flushedAt = Number.NEGATIVE_INFINITY;

  constructor(options: EventHubOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
    this.#heartbeat.unref();
  }

  /** `listener` is told when the first client wants chat messages, and when the last of them has gone. */
  onMessagesWanted(listener: (wanted: boolean) => void): void {
    this.#onMessagesWanted = listener;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /**
   * Adds a reader, which first gets the health, what it missed since `lastEventId` (the gaps of the last hour when that
   * says nothing here), and the stats of every channel that it wants. @returns what to call when it has gone
   */
  connect(sink: StreamSink, filter: StreamFilter, lastEventId?: string): () => void {
    const client = new StreamClient(sink, filter, (id) => this.#statsChunk(id));
    this.#clients.add(client);
    if (filter.events.has('message') && this.#messageClients() === 1) this.#onMessagesWanted(true);
    if (filter.events.has('health')) client.send(chunkOf('health', this.#options.health()));
    if (this.#isOfThisRun(lastEventId)) {
      for (const past of this.#missed(lastEventId)) {
        if (client.wants(past.event, past.channelId, past.channelName)) client.send(past.chunk);
      }
    } else {
      this.#sendRecentGaps(client);
    }
    for (const { channel_id: id, channel_name: name, ...rest } of this.#options.cache.list()) {
      if (!client.wants('stats', id, name.toLowerCase())) continue;
      client.sendStats(id, chunkOf('stats', { channel_id: id, channel_name: name, ...rest }));
    }
    return () => this.#remove(client);
  }

  /** The view of this channel has changed. */
  touch(channelId: string): void {
    this.#dirty.add(channelId);
    if (this.#flushTimer !== undefined) return;
    const waitMs = Math.max(0, this.#flushedAt + COALESCE_MS - performance.now());
    this.#flushTimer = setTimeout(() => this.flush(), waitMs);
  }

  publishHealth(health: Health): void {
    const chunk = chunkOf('health', health);
    for (const client of this.#clients) {
      if (client.filter.events.has('health')) this.#sendTo(client, chunk);
    }
  }

  publishGap(gap: GapEvent): void {
    this.#recentGaps.add(gap);
    this.#publish('gap', gap, gap.channel_id, gap.channel_name);
  }

  publishMessage(message: ChatMessage): void {
    const { channel_id: id, channel_name: name } = message;
    // A producer of six fields knows no name.
    this.#publish('message', message, id, name === id ? (this.#options.cache.nameOf(id) ?? id) : name);
  }

  close(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#flushTimer);
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  #publish(event: 'gap' | 'message', data: unknown, channelId: string | null, name: string): void {
    const channelName = name.toLowerCase();
    this.#sequence += 1;
    const chunk = chunkOf(event, data, `${this.#run}-${this.#sequence}`);
    this.#past[event].add({ sequence: this.#sequence, chunk, event, channelId, channelName });
    for (const client of this.#clients) {
      if (client.wants(event, channelId, channelName)) this.#sendTo(client, chunk);
    }
  }

  /** What came before is known to have it: its id is that of the newest event, so that nothing is sent again. */
  #sendRecentGaps(client: StreamClient): void {
    const id = `${this.#run}-${this.#sequence}`;
    for (const gap of this.#recentGaps.list(Date.now())) {
      if (!client.wants('gap', gap.channel_id, gap.channel_name.toLowerCase())) continue;
      client.send(chunkOf('gap', gap, id));
    }
  }

  #isOfThisRun(eventId: string | undefined): eventId is string {
    return eventId?.split('-')[0] === this.#run;
  }

  /** In their order: all gaps, and with them the newest messages. */
  #missed(lastEventId: string): readonly PastEvent[] {
    const sequence = Number(lastEventId.split('-')[1]);
    const gaps = this.#past.gap.after(sequence);
    const messages = this.#past.message.after(sequence);
    const room = MAX_REPLAY - gaps.length;
    return [...gaps, ...messages.slice(Math.max(0, messages.length - room))].sort(
      (a, b) => a.sequence - b.sequence,
    );
  }

  /** Sends what has changed now. */
  flush(): void {
    clearTimeout(this.#flushTimer);
    this.#flushTimer = undefined;
    this.#flushedAt = performance.now();
    for (const channelId of this.#dirty) this.#flushStats(channelId);
    this.#dirty.clear();
  }

  /** Written out for the first who wants it: with nobody there, nothing is. */
  #flushStats(channelId: string): void {
    const name = this.#options.cache.nameOf(channelId)?.toLowerCase();
    if (name === undefined) return;
    let chunk: string | undefined;
    for (const client of this.#clients) {
      if (!client.wants('stats', channelId, name)) continue;
      chunk ??= this.#statsChunk(channelId);
      if (chunk !== undefined) client.sendStats(channelId, chunk);
    }
  }

  #statsChunk(channelId: string): string | undefined {
    const view = this.#options.cache.find(channelId);
    return view === undefined ? undefined : chunkOf('stats', view);
  }

  #beat(): void {
    const now = performance.now();
    const health = chunkOf('health', this.#options.health());
    for (const client of this.#clients) {
      const reason = client.heartbeat(now);
      if (reason !== undefined) this.#drop(client, reason);
      else if (client.filter.events.has('health')) this.#sendTo(client, health);
    }
  }

  #sendTo(client: StreamClient, chunk: string): void {
    const reason = client.send(chunk);
    if (reason !== undefined) this.#drop(client, reason);
  }

  #drop(client: StreamClient, reason: string): void {
    client.drop(reason);
    this.#remove(client);
    this.#options.onDropped?.(reason);
  }

  #remove(client: StreamClient): void {
    if (!this.#clients.delete(client)) return;
    if (client.filter.events.has('message') && this.#messageClients() === 0) {
      this.#onMessagesWanted(false);
    }
  }

  #messageClients(): number {
    let count = 0;
    for (const { filter } of this.#clients) if (filter.events.has('message')) count += 1;
    return count;
  }
}

function newPast(): PastEvents {
  return new PastEvents({ events: MAX_REPLAY, characters: MAX_REPLAY_CHARACTERS });
}

function chunkOf(event: string, data: unknown, id?: string): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return `${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
