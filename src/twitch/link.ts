import { untilAborted } from '../contract/abort.ts';
import { backoffMs, pause } from './backoff.ts';
import { Connection, type ConnectionOptions, OUT_OF_ORDER_MS } from './connection.ts';
import type { Limiter } from './limiter.ts';

export interface LinkOptions {
  readonly connection: Omit<ConnectionOptions, 'events'>;
  readonly joins: Limiter;
  /** How long Twitch may take to confirm a JOIN; a channel that does not exist is never answered. */
  readonly confirmMs: number;
  readonly retry: { readonly firstMs: number; readonly maxMs: number };
  readonly events: LinkEvents;
}

export interface LinkEvents {
  joined(channel: string): void;
  /** Out of a channel that was joined. `at` is when it was last heard. */
  left(channel: string, at: number, reason: string): void;
  /** A JOIN that was refused or not answered; the next try is at `nextTryAt` (epoch ms). */
  failed(channel: string, reason: string, nextTryAt: number): void;
}

export type LinkEnd = 'closed' | 'reconnect asked';

/** One connection with the channels it is to be in: joins them, again and again where that fails. */
export class Link {
  readonly #options: LinkOptions;
  readonly #connection: Connection;
  readonly #ended = new AbortController();
  readonly #channels = new Map<string, AbortController>();
  readonly #joined = new Set<string>();
  /** Those that Twitch answered once, or did not. */
  readonly #tried = new Set<string>();
  readonly #answers = new Map<string, (refusal: string | undefined) => void>();
  #settle: (end: LinkEnd) => void = () => undefined;
  #changed: (() => void) | undefined;
  closeReason = '';
  /** When we leave all channels: why, since when, and those that another one hears. */
  #leaving:
    | { readonly reason: string; readonly at: number; readonly takenOver: ReadonlySet<string> }
    | undefined;

  /** Settles when the connection was lost, or Twitch asked for a new one while this one still hears. */
  readonly end: Promise<LinkEnd>;

  /** Resolves when nothing is heard any more. */
  readonly closed: Promise<void>;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.end = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.closed = untilAborted(this.#ended.signal);
    this.#connection = new Connection({
      ...options.connection,
      events: {
        joined: (channel) => this.#onJoined(channel),
        parted: (channel) => this.#onParted(channel),
        refused: (channel, reason) => this.#onRefused(channel, reason),
        reconnectAsked: () => this.#settle('reconnect asked'),
        closed: (reason, heardUntil) => this.#onClosed(reason, heardUntil),
      },
    });
  }

  get isClosed(): boolean {
    return this.#ended.signal.aborted;
  }

  /** Until when (epoch ms) nothing can be missing of the channels that are joined. */
  get heardUntil(): number {
    return this.#connection.heardUntil;
  }

  get joined(): ReadonlySet<string> {
    return this.#joined;
  }

  /** @throws AppError TWITCH_UNREACHABLE or TWITCH_LOGIN_REFUSED. */
  open(): Promise<void> {
    return this.#connection.open();
  }

  add(channel: string): void {
    if (this.#channels.has(channel) || this.isClosed) return;
    const left = new AbortController();
    this.#channels.set(channel, left);
    void this.#keepJoined(channel, AbortSignal.any([left.signal, this.#ended.signal]));
  }

  remove(channel: string): void {
    const left = this.#channels.get(channel);
    if (left === undefined) return;
    this.#channels.delete(channel);
    left.abort();
    this.#joined.delete(channel);
    this.#connection.part(channel);
    this.#changed?.();
  }

  /** Resolves when each of `channels` was tried to be joined once, or the link has closed, or the signal is aborted. */
  async whenTried(channels: Iterable<string>, signal: AbortSignal): Promise<void> {
    const isMissing = (name: string) => this.#channels.has(name) && !this.#tried.has(name);
    await this.#until(() => ![...channels].some(isMissing), signal);
  }

  /** Resolves when all of `channels` are joined, or the link has closed, or the signal is aborted. */
  async whenJoined(channels: Iterable<string>, signal: AbortSignal): Promise<void> {
    const isMissing = (name: string) => this.#channels.has(name) && !this.#joined.has(name);
    await this.#until(() => ![...channels].some(isMissing), signal);
  }

  /**
   * Leaves in order: PART is answered behind the last line that was on its way to us, so nothing of it is lost. Closes
   * after that, or after `patienceMs`.
   * @param takenOver channels that another connection hears already: it gets what was said before and comes only later
   */
  async leave(patienceMs: number, reason: string, takenOver: ReadonlySet<string>): Promise<void> {
    this.#leaving = { reason, at: Date.now(), takenOver: new Set(takenOver) };
    for (const left of this.#channels.values()) left.abort();
    this.#channels.clear();
    for (const channel of this.#joined) this.#connection.part(channel);
    const enough = AbortSignal.timeout(patienceMs);
    await this.#until(() => this.#joined.size === 0, enough);
    this.close(reason);
  }

  /** Closes now: what is still on its way to us is lost, of the channels that did not answer our PART. */
  close(reason: string): void {
    if (this.isClosed) return;
    const { heardUntil } = this;
    this.#connection.end();
    this.#onClosed(reason, heardUntil);
  }

  /** Waits for the condition, which joins and parts may change; or until closed or aborted. */
  async #until(condition: () => boolean, signal: AbortSignal): Promise<void> {
    const wake = () => this.#changed?.();
    signal.addEventListener('abort', wake, { once: true });
    while (!condition() && !this.isClosed && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
    signal.removeEventListener('abort', wake);
  }

  async #keepJoined(channel: string, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; !signal.aborted; ) {
      try {
        await this.#options.joins.acquire(signal);
      } catch {
        return;
      }
      const refusal = await this.#tryJoin(channel, signal);
      if (signal.aborted) return;
      this.#tried.add(channel);
      this.#changed?.();
      if (refusal === undefined) {
        attempt = 1;
        await this.#untilLeft(channel, signal);
      } else {
        const waitMs = backoffMs(attempt, this.#options.retry);
        attempt++;
        this.#options.events.failed(channel, refusal, Math.round(Date.now() + waitMs));
        await pause(waitMs, signal);
      }
    }
  }

  /** The reason why not, or undefined when joined. */
  async #tryJoin(channel: string, signal: AbortSignal): Promise<string | undefined> {
    const answer = new Promise<string | undefined>((resolve) => this.#answers.set(channel, resolve));
    this.#connection.join(channel);
    const waited = new AbortController();
    const silence = pause(this.#options.confirmMs, AbortSignal.any([signal, waited.signal]));
    const refusal = await Promise.race([answer, silence.then(() => 'no answer: it may not exist')]);
    waited.abort();
    this.#answers.delete(channel);
    return this.#joined.has(channel) ? undefined : (refusal ?? 'put out of it at once');
  }

  #untilLeft(channel: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#answers.set(channel, () => resolve());
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #onJoined(channel: string): void {
    if (!this.#channels.has(channel) || this.#joined.has(channel)) return;
    this.#joined.add(channel);
    this.#options.events.joined(channel);
    this.#answers.get(channel)?.(undefined);
    this.#changed?.();
  }

  #onParted(channel: string): void {
    if (this.#leaving === undefined) {
      // Twitch had us out some time before we read so.
      this.#onLeft(channel, this.heardUntil, 'put out of the channel by Twitch');
      return;
    }
    const { reason, at, takenOver } = this.#leaving;
    this.#onLeft(channel, takenOver.has(channel) ? at : at - OUT_OF_ORDER_MS, reason);
  }

  #onLeft(channel: string, at: number, reason: string): void {
    if (!this.#joined.delete(channel)) return;
    this.#options.events.left(channel, at, reason);
    this.#answers.get(channel)?.(reason);
    this.#changed?.();
  }

  #onRefused(channel: string, reason: string): void {
    if (this.#joined.has(channel)) this.#onLeft(channel, this.heardUntil, reason);
    else this.#answers.get(channel)?.(reason);
  }

  #onClosed(reason: string, heardUntil: number): void {
    if (this.isClosed) return;
    this.closeReason = reason;
    this.#ended.abort();
    for (const channel of [...this.#joined]) {
      this.#joined.delete(channel);
      this.#options.events.left(channel, heardUntil, reason);
    }
    this.#settle('closed');
    this.#changed?.();
  }
}
