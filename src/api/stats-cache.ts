import type { ChannelView } from '../contract/api.ts';
import { type ChannelStats, decodeChannelStats } from '../contract/channel-stats.ts';
import { viewOf } from './channel-view.ts';
import { entityTag } from './entity-tag.ts';
import { RateMeter } from './rate-meter.ts';

interface Entry {
  stats: ChannelStats;
  readonly rate: RateMeter;
  /** What was derived at the last look; a change in it is news even without a record. */
  derived: string;
  answer?: Answer;
}

/** A view as it goes out. */
export interface Answer {
  readonly body: string;
  /** Entity tag. */
  readonly tag: string;
  /** Which second it is of: the rate moves with the clock. */
  readonly second: number;
  readonly stale: boolean;
}

/** A channel that was not updated for so long is forgotten, as its topic forgets it (`retention.ms` of a day). */
const FORGET_AFTER_MS = 86_400_000;

/**
 * The newest window of every channel, as `channel-stats` tells it. Kept while Kafka is away: the last known is better
 * than nothing, and `stale` says so.
 */
export class StatsCache {
  readonly #entries = new Map<string, Entry>();
  readonly #idsByName = new Map<string, string>();
  readonly #now: () => number;
  #onChange: (channelId: string) => void = () => {};
  #stale = true;
  /** Records that were no ChannelStats. */
  invalidRecords = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** `listener` is told the id of each channel whose view has changed. */
  onChange(listener: (channelId: string) => void): void {
    this.#onChange = listener;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Epoch milliseconds of the newest update; undefined when empty. */
  get newestUpdate(): number | undefined {
    let newest: number | undefined;
    for (const { stats } of this.#entries.values()) newest = Math.max(newest ?? 0, stats.updated_at);
    return newest;
  }

  /**
   * Takes one record of `channel-stats`: its key, its value, and its append time, which stands in for a missing
   * `updated_at`. A null value (tombstone) forgets the channel.
   * @returns false when the value was not a ChannelStats
   */
  apply(key: string | undefined, value: Buffer | undefined, appendedAt: number): boolean {
    if (value === undefined) {
      if (key !== undefined) this.#forget(key);
      return true;
    }
    const parsed = decodeChannelStats(value);
    if (parsed === undefined) {
      this.invalidRecords += 1;
      return false;
    }
    const stats = parsed.updated_at > 0 ? parsed : { ...parsed, updated_at: appendedAt };
    const known = this.#entries.get(stats.channel_id);
    const rate = known?.rate ?? new RateMeter(Math.min(this.#now(), stats.updated_at));
    if (known !== undefined) rate.add(newMessages(known.stats, stats), stats.updated_at);
    this.#rename(known?.stats, stats);
    this.#entries.set(stats.channel_id, { stats, rate, derived: known?.derived ?? '' });
    this.#onChange(stats.channel_id);
    return true;
  }

  /** A channel by its id, else by its name: a login may be all digits, and ids come first. */
  find(idOrName: string): ChannelView | undefined {
    const id = this.resolve(idOrName);
    const entry = id === undefined ? undefined : this.#entries.get(id);
    return entry === undefined ? undefined : this.#view(entry);
  }

  /** As `find`, written out; what was written in this second is not written again. */
  answer(idOrName: string): Answer | undefined {
    const id = this.resolve(idOrName);
    const entry = id === undefined ? undefined : this.#entries.get(id);
    if (entry === undefined) return undefined;
    const second = Math.floor(this.#now() / 1000);
    const { answer } = entry;
    if (answer?.second === second && answer.stale === this.#stale) return answer;
    const body = JSON.stringify(this.#view(entry));
    entry.answer = { body, tag: entityTag(body), second, stale: this.#stale };
    return entry.answer;
  }

  resolve(idOrName: string): string | undefined {
    return this.#entries.has(idOrName) ? idOrName : this.#idsByName.get(idOrName.toLowerCase());
  }

  nameOf(channelId: string): string | undefined {
    return this.#entries.get(channelId)?.stats.channel_name;
  }

  /** All channels, the busiest first. */
  list(): ChannelView[] {
    return [...this.#entries.values()].map((entry) => this.#view(entry)).sort(busiestFirst);
  }

  setStale(stale: boolean): void {
    if (stale === this.#stale) return;
    this.#stale = stale;
    for (const id of this.#entries.keys()) this.#onChange(id);
  }

  /** Looks for what changes without a record: rates that fall, windows that end, channels to forget. Every second. */
  tick(): void {
    const now = this.#now();
    for (const [id, entry] of this.#entries) {
      if (now - entry.stats.updated_at > FORGET_AFTER_MS) {
        this.#forget(id);
        continue;
      }
      const { messages_per_second: rate, current } = this.#view(entry);
      const derived = `${rate} ${current}`;
      if (derived === entry.derived) continue;
      const isFirst = entry.derived === '';
      entry.derived = derived;
      if (!isFirst) this.#onChange(id);
    }
  }

  #view({ stats, rate }: Entry): ChannelView {
    const now = this.#now();
    return viewOf(stats, { now, rate: rate.perSecond(now), stale: this.#stale, source: 'cache' });
  }

  #rename(before: ChannelStats | undefined, { channel_id: id, channel_name: name }: ChannelStats): void {
    if (before?.channel_name === name) return;
    if (before !== undefined) this.#forgetName(before.channel_name, id);
    this.#idsByName.set(name.toLowerCase(), id);
  }

  #forget(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    this.#forgetName(entry.stats.channel_name, id);
    this.#onChange(id);
  }

  /** Another channel may have taken the name since. */
  #forgetName(name: string, id: string): void {
    if (this.#idsByName.get(name.toLowerCase()) === id) this.#idsByName.delete(name.toLowerCase());
  }
}

/** A window that follows another begins at nothing; a correction downwards is no rate. */
function newMessages(before: ChannelStats, after: ChannelStats): number {
  const base = before.window_start === after.window_start ? before.message_count : 0;
  return Math.max(0, after.message_count - base);
}

function busiestFirst(a: ChannelView, b: ChannelView): number {
  return (
    b.messages_per_second - a.messages_per_second ||
    b.message_count - a.message_count ||
    (a.channel_id < b.channel_id ? -1 : 1)
  );
}
