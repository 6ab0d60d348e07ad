import { beforeAborted, untilAborted } from '../contract/abort.ts';
import { backoffMs, pause } from './backoff.ts';
import { Connection, type ConnectionOptions, OUT_OF_ORDER_MS } from './connection.ts';
import type { Limiter } from './limiter.ts';

export interface LinkOptions {
  readonly connection: Omit<ConnectionOptions, 'events'>;
  readonly joins: Limiter;
  /** How long Twitch may take to confirm a JOIN; a channel that does not exist is never answered. */
  readonly confirmMs: number;
  readonly retry: { readonly firstMs: number; readonly maxMs: number };
  /** From this age on a connection is old: Twitch was seen to answer no JOIN any more on some that had lived for long. */
  readonly oldAfterMs: number;
  readonly events: LinkEvents;
}

export interface LinkEvents {
  joined(channel: string): void;
  /** Out of a channel that was joined. `at` is when it was last heard. */
  left(channel: string, at: number, reason: string): void;
  /** A JOIN that was refused or not answered; the next try is at `nextTryAt` (epoch ms). */
  failed(channel: string, reason: string, nextTryAt: number): void;
  /** Two JOINs in a row were not answered, though the connection was old by the first: a new one may have an answer. */
  unanswered(channel: string): void;
}

/** Who is put out of a channel sooner than this is tried again as if refused, or it would use up the JOINs of all others. */
const STEADY_MS = 10_000;

interface JoinAnswer {
  readonly state: 'joined' | 'refused' | 'silent';
  /** Why we are not in the channel; empty when we are. */
  readonly refusal: string;
}

/** Why a connection is no longer the one that counts, in words for the log. */
export type LinkEnd = 'closed' | 'reconnect asked' | 'JOINs were not answered';

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
  /** What Twitch said of channels that are not joined, and that is no refusal we know. */
  readonly #notices = new Map<string, string>();
  readonly #openedAt = performance.now();
  #settle: (end: LinkEnd) => void = () => undefined;
  #changed: (() => void) | undefined;
  closeReason = '';
  /** When we leave all channels: why, since when, and those that another one hears. */
  #leaving:
    | { readonly reason: string; readonly at: number; readonly takenOver: ReadonlySet<string> }
    | undefined;

  /** Settles when the connection was lost, or a new one is to take over while this one still hears. */
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
        noticed: (channel, text) => {
          if (!this.#joined.has(channel)) this.#notices.set(channel, text);
        },
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

  /** Ends it as Twitch's own request would, for want of answers to its JOINs. */
  askForSuccessor(): void {
    this.#settle('JOINs were not answered');
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
    let silences = 0;
    for (let attempt = 1; !signal.aborted; ) {
      try {
        await this.#options.joins.acquire(signal);
      } catch {
        return;
      }
      const isOld = performance.now() - this.#openedAt >= this.#options.oldAfterMs;
      const { state, refusal } = await this.#tryJoin(channel, signal);
      if (signal.aborted) return;
      this.#tried.add(channel);
      this.#changed?.();
      silences = state === 'silent' && isOld ? silences + 1 : 0;
      if (silences === 2) this.#options.events.unanswered(channel);
      const joinedAt = performance.now();
      const reason = state === 'joined' ? await this.#untilLeft(channel, signal) : refusal;
      if (signal.aborted) return;
      if (state === 'joined' && performance.now() - joinedAt >= STEADY_MS) attempt = 1;
      else {
        const waitMs = backoffMs(attempt, this.#options.retry);
        attempt++;
        this.#options.events.failed(channel, reason, Math.round(Date.now() + waitMs));
        await pause(waitMs, signal);
      }
    }
  }

  async #tryJoin(channel: string, signal: AbortSignal): Promise<JoinAnswer> {
    this.#notices.delete(channel);
    const answer = new Promise<string | undefined>((resolve) => this.#answers.set(channel, resolve));
    this.#connection.join(channel);
    const waited = new AbortController();
    const silence = pause(this.#options.confirmMs, AbortSignal.any([signal, waited.signal]));
    const answered = await Promise.race([
      answer.then((refusal) => ({ refusal: refusal ?? 'put out of it at once' })),
      silence.then(() => undefined),
    ]);
    waited.abort();
    this.#answers.delete(channel);
    if (this.#joined.has(channel)) return { state: 'joined', refusal: '' };
    if (answered !== undefined) return { state: 'refused', ...answered };
    const notice = this.#notices.get(channel);
    const refusal =
      notice === undefined ? 'no answer: it may not exist' : `no answer, but Twitch said: ${notice}`;
    return { state: 'silent', refusal };
  }

  /** Resolves with the reason; with an empty one when the signal is aborted. */
  #untilLeft(channel: string, signal: AbortSignal): Promise<string> {
    const left = new Promise<string>((resolve) => {
      this.#answers.set(channel, (reason = '') => resolve(reason));
    });
    return beforeAborted(left, signal).catch(() => '');
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
    if (this.#joined.has(channel)) {
      // Should Twitch still have us in it, it would not answer the next JOIN.
      this.#connection.part(channel);
      this.#onLeft(channel, this.heardUntil, reason);
    } else this.#answers.get(channel)?.(reason);
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
