/** An interval in which a wanted channel was not heard. Times are epoch milliseconds. */
export interface Gap {
  readonly channelName: string;
  /** The room-id, when it was ever seen. */
  readonly channelId: string | undefined;
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** Hears channels, and says until when (epoch ms) it can have missed nothing that was said in them. */
export interface Listener {
  readonly heardUntil: number;
}

interface Heard {
  /**
   * Who hears the channel now, and since when, longest first: one connection, two during an overlap or with a second reader.
   */
  readonly by: Map<Listener, number>;
  channelId: string | undefined;
  /** Start and reason of the gap that is open. */
  gap: { from: number; reason: string } | undefined;
}

/**
 * Keeps the book of who hears which channel, and says every gap. A gap is open while nobody hears a wanted channel; it
 * is told when it ends, and in slices by {@link Coverage.flush} while it lasts, so that a long one is no secret.
 */
export class Coverage {
  readonly #channels = new Map<string, Heard>();
  readonly #onGap: (gap: Gap) => void;

  constructor(onGap: (gap: Gap) => void) {
    this.#onGap = onGap;
  }

  /** From `at` on the channel should be heard; its id where it is known before Twitch tells it. */
  want(channel: string, at: number, reason: string, channelId?: string): void {
    if (this.#channels.has(channel)) return;
    this.#channels.set(channel, { by: new Map(), channelId, gap: { from: at, reason } });
  }

  /** Nobody wants the channel any more: an open gap ends. */
  unwant(channel: string, at: number): void {
    const heard = this.#channels.get(channel);
    if (heard === undefined) return;
    this.#close(channel, heard, at);
    this.#channels.delete(channel);
  }

  heardBy(channel: string, listener: Listener, at: number): void {
    const heard = this.#channels.get(channel);
    if (heard === undefined) return;
    heard.by.set(listener, at);
    this.#close(channel, heard, at);
  }

  /**
   * `at`: when the listener last heard anything; a dead connection is noticed later than it died. Who took over may have
   * begun only after that.
   */
  lostBy(channel: string, listener: Listener, at: number, reason: string): void {
    const heard = this.#channels.get(channel);
    const since = heard?.by.get(listener);
    if (heard === undefined || since === undefined) return;
    heard.by.delete(listener);
    // What was said before it began to hear lies in the gap before, or was heard by others.
    heard.gap = { from: Math.max(at, since), reason };
    const [othersSince] = heard.by.values();
    if (othersSince !== undefined) this.#close(channel, heard, othersSince);
  }

  /** A better reason for the gap that is open: why Twitch does not let us in. */
  explain(channel: string, reason: string): void {
    const gap = this.#channels.get(channel)?.gap;
    if (gap !== undefined) gap.reason = reason;
  }

  learnId(channel: string, channelId: string): void {
    const heard = this.#channels.get(channel);
    if (heard !== undefined) heard.channelId = channelId;
  }

  /** The room-ids that are known, by channel name. */
  ids(): ReadonlyMap<string, string> {
    const known = [...this.#channels].flatMap(([channel, { channelId }]) =>
      channelId === undefined ? [] : [[channel, channelId] as const],
    );
    return new Map(known);
  }

  isHeard(channel: string): boolean {
    const heard = this.#channels.get(channel);
    return heard !== undefined && heard.by.size > 0;
  }

  /**
   * Until when the channel was heard, at most `at`. A connection that is silent may be held up on its way, with lines in it
   * that die with this process: it has heard no more than what its last bytes prove.
   */
  heardUntil(channel: string, at: number): number {
    const heard = this.#channels.get(channel);
    if (heard === undefined) return at;
    const proven = heard.gap?.from ?? provenUntil(heard.by);
    return Math.min(proven, at);
  }

  /** Tells all open gaps up to `at`; they go on from there. */
  flush(at: number): void {
    for (const [channel, heard] of this.#channels) {
      const { gap } = heard;
      this.#close(channel, heard, at);
      if (gap !== undefined) heard.gap = { from: Math.max(at, gap.from), reason: gap.reason };
    }
  }

  #close(channelName: string, heard: Heard, at: number): void {
    const { gap, channelId } = heard;
    heard.gap = undefined;
    if (gap === undefined || at <= gap.from) return;
    this.#onGap({ channelName, channelId, from: gap.from, to: at, reason: gap.reason });
  }
}

/** Without a hole: who came later counts from where those before it are proven to have heard. */
function provenUntil(by: Heard['by']): number {
  const [first, ...later] = by;
  let until = first?.[0].heardUntil ?? 0;
  for (const [{ heardUntil }, since] of later) if (since <= until) until = Math.max(until, heardUntil);
  return until;
}
