import { setMaxListeners } from 'node:events';
import { untilAborted } from '../contract/abort.ts';
import type { Logger } from '../output/logger.ts';
import type { Liveness } from './connection.ts';
import { Coverage, type Gap } from './coverage.ts';
import type { IrcLine } from './irc-line.ts';
import { channelOf, tagOf } from './irc-line.ts';
import { Limiter } from './limiter.ts';
import type { Link } from './link.ts';
import { CHANNELS_PER_CONNECTION, Slot, type SlotOptions } from './slot.ts';

export interface ReaderOptions {
  readonly url: string;
  readonly identity: SlotOptions['link']['connection']['identity'];
  readonly logger: Logger;
  /** Takes every raw line of every connection, and which reader heard it; gives back its parts. Must not throw. */
  readonly onLine: (raw: string, reader: number) => IrcLine | undefined;
  readonly onGap: (gap: Gap) => void;
  readonly onReconnect?: (reason: string) => void;
  /** How many connections hear each channel. Twitch drops messages; two rarely lose the same one. Default 1. */
  readonly readers?: number;
  /** JOINs allowed in 10 seconds. Default 20; 2000 for verified bots. */
  readonly joinsPer10s?: number;
  readonly rotateMs?: number;
  readonly liveness?: Liveness;
  readonly reconnect?: { readonly firstMs: number; readonly maxMs: number };
  readonly confirmMs?: number;
  readonly joinRetry?: { readonly firstMs: number; readonly maxMs: number };
  readonly oldAfterMs?: number;
  readonly overlapMs?: number;
  readonly lingerMs?: number;
}

export interface FailedChannel {
  readonly channel: string;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly next_try_at: number;
}

export interface ReaderStatus {
  readonly state: 'connecting' | 'connected' | 'disconnected' | 'idle';
  readonly connections: { readonly wanted: number; readonly open: number };
  readonly wanted: readonly string[];
  readonly confirmed: readonly string[];
  readonly failed: readonly FailedChannel[];
}

/**
 * Reads many channels over as many connections as they need, and knows at any time which of them it hears. The wanted
 * channels live here, not in tmi.js, which forgets some of them when connections break.
 */
export class Reader {
  readonly #options: ReaderOptions;
  readonly #coverage: Coverage;
  readonly #joins: Limiter;
  readonly #logins = new Limiter({ limit: 20, windowMs: 10_000 });
  readonly #lanes: Slot[][];
  readonly #wanted = new Set<string>();
  readonly #failed = new Map<string, FailedChannel>();
  #start: (slot: Slot) => void = () => undefined;
  #wasConnected = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#coverage = new Coverage(options.onGap);
    this.#joins = new Limiter({ limit: options.joinsPer10s ?? 20, windowMs: 10_000 });
    this.#lanes = Array.from({ length: options.readers ?? 1 }, () => []);
  }

  /**
   * From now on exactly these channels are wanted: others are left.
   * @param unheardSince when a channel was last heard before we started (epoch ms); now where unknown.
   */
  setChannels(channels: Iterable<string>, unheardSince?: (channel: string) => Unheard | undefined): void {
    const next = new Set(channels);
    for (const channel of [...this.#wanted].filter((name) => !next.has(name))) this.#unwant(channel);
    for (const channel of next) {
      if (this.#wanted.has(channel)) continue;
      this.#wanted.add(channel);
      const since = unheardSince?.(channel);
      this.#coverage.want(channel, since?.at ?? Date.now(), since?.reason ?? 'joining', since?.channelId);
      for (const [reader, lane] of this.#lanes.entries()) this.#place(lane, channel, reader);
    }
  }

  /**
   * Reads until the signal is aborted, then leaves in order.
   * @throws AppError TWITCH_LOGIN_REFUSED.
   */
  async run(signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const ending = AbortSignal.any([signal, stop.signal]);
    // Each connection listens to it; that is no leak.
    setMaxListeners(0, ending);
    const running = new Set<Promise<void>>();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#start = (slot) => {
          const run = slot.run(ending);
          running.add(run);
          run.catch(reject);
        };
        for (const slot of this.#lanes.flat()) this.#start(slot);
        void untilAborted(signal).then(resolve);
      });
    } finally {
      stop.abort();
      await Promise.allSettled(running);
      this.#coverage.flush(Date.now());
    }
  }

  /** Tells the gaps that are open, up to now. */
  flushGaps(): void {
    this.#coverage.flush(Date.now());
  }

  /** Until when each wanted channel was heard for certain (epoch ms), at most `at`. */
  heardUntil(at: number): ReadonlyMap<string, number> {
    return new Map([...this.#wanted].map((channel) => [channel, this.#coverage.heardUntil(channel, at)]));
  }

  /** The room-ids of the wanted channels, where they were seen. */
  channelIds(): ReadonlyMap<string, string> {
    return this.#coverage.ids();
  }

  status(): ReaderStatus {
    const slots = this.#lanes.flat();
    const open = slots.filter((slot) => slot.isUp).length;
    const confirmed = [...this.#wanted].filter((channel) => this.#coverage.isHeard(channel));
    return {
      state: this.#state(slots.length, open),
      connections: { wanted: slots.length, open },
      wanted: [...this.#wanted],
      confirmed,
      failed: [...this.#failed.values()],
    };
  }

  #state(wanted: number, open: number): ReaderStatus['state'] {
    if (wanted === 0) return 'idle';
    if (open > 0) return 'connected';
    return this.#wasConnected ? 'disconnected' : 'connecting';
  }

  #place(lane: Slot[], channel: string, reader: number): void {
    let slot = lane.find((candidate) => candidate.size < CHANNELS_PER_CONNECTION);
    if (slot === undefined) {
      slot = this.#newSlot(reader);
      lane.push(slot);
      slot.add(channel);
      this.#start(slot);
    } else slot.add(channel);
  }

  #unwant(channel: string): void {
    this.#wanted.delete(channel);
    this.#failed.delete(channel);
    this.#coverage.unwant(channel, Date.now());
    for (const slot of this.#lanes.flat()) if (slot.has(channel)) slot.remove(channel);
  }

  #newSlot(reader: number): Slot {
    const { url, identity, logger, rotateMs, overlapMs, lingerMs, onReconnect } = this.#options;
    const { liveness, confirmMs, joinRetry, oldAfterMs, reconnect } = this.#options;
    return new Slot({
      link: {
        connection: {
          url,
          identity,
          logger,
          onLine: (raw) => this.#takeLine(raw, reader),
          liveness: liveness ?? { idleMs: 15_000, answerMs: 5_000, loginMs: 20_000 },
        },
        joins: this.#joins,
        confirmMs: confirmMs ?? 10_000,
        retry: joinRetry ?? { firstMs: 5_000, maxMs: 600_000 },
        oldAfterMs: oldAfterMs ?? 300_000,
      },
      logins: this.#logins,
      reconnect: reconnect ?? { firstMs: 500, maxMs: 30_000 },
      rotateMs: rotateMs ?? 0,
      overlapMs: overlapMs ?? 60_000,
      lingerMs: lingerMs ?? 1000,
      logger,
      events: {
        joined: (channel, link) => this.#onJoined(channel, link),
        left: (channel, link, at, reason) => this.#coverage.lostBy(channel, link, at, reason),
        failed: (channel, reason, nextTryAt) => this.#onFailed(channel, reason, nextTryAt),
        reconnecting: (reason) => {
          logger.info({ reason }, 'getting a new connection to Twitch');
          onReconnect?.(reason);
        },
      },
    });
  }

  #takeLine(raw: string, reader: number): IrcLine | undefined {
    const line = this.#options.onLine(raw, reader);
    if (line?.command === 'ROOMSTATE') {
      const channel = channelOf(line);
      const id = tagOf(line, 'room-id');
      if (channel !== undefined && id) this.#coverage.learnId(channel, id);
    }
    return line;
  }

  #onJoined(channel: string, link: Link): void {
    this.#wasConnected = true;
    this.#failed.delete(channel);
    this.#coverage.heardBy(channel, link, Date.now());
    this.#options.logger.debug({ channel }, 'joined');
  }

  #onFailed(channel: string, reason: string, nextTryAt: number): void {
    this.#coverage.explain(channel, reason);
    this.#failed.set(channel, { channel, reason, next_try_at: nextTryAt });
    this.#options.logger.warn({ channel, reason }, 'cannot join, trying again later');
  }
}

export interface Unheard {
  readonly at: number;
  readonly reason: string;
  /** The room-id, when it is known of before. */
  readonly channelId: string | undefined;
}
