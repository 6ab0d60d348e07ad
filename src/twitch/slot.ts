import { withTimeout } from '../contract/abort.ts';
import { toAppError } from '../contract/errors.ts';
import type { Logger } from '../output/logger.ts';
import { backoffMs, pause } from './backoff.ts';
import type { Limiter } from './limiter.ts';
import { Link, type LinkEnd, type LinkOptions } from './link.ts';

/** Twitch allows 100 channels a connection; some room for an overlap of wishes. */
export const CHANNELS_PER_CONNECTION = 90;

/** How long Twitch may take to answer our PARTs. */
const LEAVE_MS = 1500;

export interface SlotOptions {
  readonly link: Omit<LinkOptions, 'events'>;
  readonly logins: Limiter;
  readonly reconnect: { readonly firstMs: number; readonly maxMs: number };
  /** Replace the connection after this long, before anything asks for it; 0: never. */
  readonly rotateMs: number;
  /** How long an old connection stays open when its successor has tried to join the same channels, but is not in all. */
  readonly overlapMs: number;
  /** How long both go on hearing when the successor hears all of it. */
  readonly lingerMs: number;
  readonly logger: Logger;
  readonly events: SlotEvents;
}

export interface SlotEvents {
  joined(channel: string, link: Link): void;
  left(channel: string, link: Link, at: number, reason: string): void;
  failed(channel: string, reason: string, nextTryAt: number): void;
  /** A connection was lost, refused or replaced: why. */
  reconnecting(reason: string): void;
}

/**
 * A place for up to {@link CHANNELS_PER_CONNECTION} channels that always has a connection, or is about to. A new one is
 * joined before the old one is closed whenever the old one still hears.
 */
export class Slot {
  readonly #options: SlotOptions;
  readonly #channels = new Set<string>();
  readonly #links = new Set<Link>();
  /** Not joined, and a new connection was made for their sake already: another one would help no more. */
  readonly #renewedFor = new Set<string>();

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#channels.size;
  }

  get isUp(): boolean {
    return [...this.#links].some((link) => !link.isClosed);
  }

  has(channel: string): boolean {
    return this.#channels.has(channel);
  }

  add(channel: string): void {
    this.#channels.add(channel);
    for (const link of this.#links) link.add(channel);
  }

  remove(channel: string): void {
    this.#channels.delete(channel);
    this.#renewedFor.delete(channel);
    for (const link of this.#links) link.remove(channel);
  }

  /**
   * Keeps a connection up until the signal is aborted.
   * @throws AppError TWITCH_LOGIN_REFUSED: trying again would not help.
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await this.#keepUp(signal);
    } finally {
      await Promise.all([...this.#links].map((link) => this.#leave(link, 'the ingestor ends')));
    }
  }

  async #keepUp(signal: AbortSignal): Promise<void> {
    let old: Link | undefined;
    let attempt = 0;
    while (!signal.aborted) {
      const link = await this.#open(signal, attempt);
      if (link === undefined) {
        attempt++;
        continue;
      }
      const openedAt = performance.now();
      for (const channel of this.#channels) link.add(channel);
      if (old !== undefined) old = await this.#overlap(old, link, signal);
      const end = await this.#untilEnd(link, signal);
      // One that was asked to go, and went before the old one could, replaces nothing.
      if (end === 'closed' || link.isClosed) {
        if (signal.aborted) break;
        this.#links.delete(link);
        this.#options.events.reconnecting(link.closeReason);
        // What dies young is tried again more and more slowly.
        attempt = performance.now() - openedAt > 10_000 ? 1 : attempt + 1;
      } else {
        this.#options.events.reconnecting(end);
        if (old !== undefined) await this.#leave(old, 'replaced', link.joined);
        old = link;
        attempt = 0;
      }
    }
  }

  async #open(signal: AbortSignal, attempt: number): Promise<Link | undefined> {
    const { logins, logger, events, reconnect } = this.#options;
    // The first attempt after a loss comes almost at once, spread a little so that not all slots come together.
    if (attempt > 0)
      await pause(attempt === 1 ? Math.random() * 200 : backoffMs(attempt - 1, reconnect), signal);
    try {
      await logins.acquire(signal);
    } catch {
      return undefined;
    }
    const link: Link = new Link({
      ...this.#options.link,
      events: {
        joined: (channel) => {
          this.#renewedFor.delete(channel);
          events.joined(channel, link);
        },
        left: (channel, at, reason) => events.left(channel, link, at, reason),
        failed: (channel, reason, nextTryAt) => events.failed(channel, reason, nextTryAt),
        unanswered: (channel) => {
          if (this.#renewedFor.has(channel)) return;
          this.#renewedFor.add(channel);
          link.askForSuccessor();
        },
      },
    });
    const cancel = () => link.close('the ingestor ends');
    signal.addEventListener('abort', cancel, { once: true });
    try {
      await Promise.race([link.open(), link.end]);
      if (link.isClosed) {
        if (!signal.aborted)
          logger.warn(
            { attempt, reason: link.closeReason },
            'Twitch closed the connection at once, trying again',
          );
        return undefined;
      }
      this.#links.add(link);
      return link;
    } catch (error) {
      const failure = toAppError(error);
      link.close(failure.message);
      if (failure.code !== 'TWITCH_UNREACHABLE') throw failure;
      logger.warn({ attempt, reason: failure.detail }, 'cannot connect to Twitch, trying again');
      return undefined;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** Both hear until the new one hears all that the old one does; the old one stays when the new one dies meanwhile. */
  async #overlap(old: Link, link: Link, signal: AbortSignal): Promise<Link | undefined> {
    // Behind the JOINs of other connections its own may have to wait for minutes.
    await Promise.race([link.whenTried(old.joined, signal), old.closed]);
    const enough = withTimeout(signal, this.#options.overlapMs);
    await Promise.race([link.whenJoined(old.joined, enough), old.closed]);
    if (link.isClosed && !old.isClosed) return old;
    // Twitch has many edges: what one connection got now, the other may get in a moment.
    await Promise.race([pause(this.#options.lingerMs, signal), old.closed]);
    await this.#leave(old, 'replaced', link.joined);
    return undefined;
  }

  async #untilEnd(link: Link, signal: AbortSignal): Promise<LinkEnd | 'rotation'> {
    const { rotateMs } = this.#options;
    const over = new AbortController();
    const stopped = new Promise<'closed'>((resolve) => {
      if (signal.aborted) resolve('closed');
      signal.addEventListener('abort', () => resolve('closed'), { once: true, signal: over.signal });
    });
    const ends: Promise<LinkEnd | 'rotation'>[] = [link.end, stopped];
    if (rotateMs > 0) ends.push(pause(rotateMs, over.signal).then(() => 'rotation' as const));
    try {
      return await Promise.race(ends);
    } finally {
      over.abort();
    }
  }

  async #leave(link: Link, reason: string, takenOver: ReadonlySet<string> = new Set()): Promise<void> {
    await link.leave(LEAVE_MS, reason, takenOver);
    this.#links.delete(link);
  }
}
