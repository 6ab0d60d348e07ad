/** Five seconds of them: Kafka or the disk takes what was read much sooner, or the oldest counts for longer. */
const MAX_TURNS = 20;

/** Until when each channel was heard; epoch milliseconds, as all times here. */
export type HeardUntil = ReadonlyMap<string, number>;

interface Turn {
  readonly at: number;
  readonly heardUntil: HeardUntil;
}

/**
 * Works out until when everything was heard *and* is safe, so that the start after a crash can say what the crash cost.
 *
 * What came just before a turn of the event loop may still lie unread in a socket; what lay there at one turn has been
 * read by the next. So a record that was read after a turn may have been sent after the turn before it, not earlier; but
 * for one that was held up on its way, and that was sent after what had been heard of its channel by then.
 */
export class HeardMarks {
  /** The latest turns, oldest first. */
  readonly #turns: Turn[] = [{ at: Date.now(), heardUntil: new Map() }];
  #told: { readonly channel: string; readonly from: number; readonly at: number }[] = [];

  /**
   * To be called once in a turn of the event loop.
   * @param heardUntil until when each channel was heard by now, safe or not
   */
  turn(now: number, heardUntil: HeardUntil): void {
    // A clock that was set back: the turns before say nothing that could be compared with what comes now.
    if (now < (this.#turns.at(-1)?.at ?? now)) this.#turns.length = 0;
    // The oldest ones count, for as long as what came behind them is not safe.
    if (this.#turns.length === MAX_TURNS) this.#turns.pop();
    this.#turns.push({ at: now, heardUntil });
  }

  /** A gap was handed to the writer at `at`; until it is safe, a crash would lose it. */
  tell(channel: string, from: number, at: number): void {
    this.#told.push({ channel, from, at });
  }

  /**
   * The marks of the channels of the latest turn, and of those left since what is not safe yet was read.
   * @param safeUntil whatever was read before it is in Kafka or on disk
   */
  at(safeUntil: number): HeardUntil {
    while (this.#turns[2] !== undefined && this.#turns[2].at <= safeUntil) this.#turns.shift();
    const [oldest, latest] = [this.#turns[0], this.#turns.at(-1)];
    if (oldest === undefined || latest === undefined) return new Map();
    const heardThen = (channel: string) => oldest.heardUntil.get(channel) ?? oldest.at;
    // What was read of a channel that is wanted no more may not be safe yet.
    return new Map(
      [...oldest.heardUntil, ...latest.heardUntil].map(([channel, until]) => [
        channel,
        Math.min(until, oldest.at, heardThen(channel)),
      ]),
    );
  }

  /** The marks of all channels, set back where a gap that was told is not safe yet. */
  withTold(heardUntil: HeardUntil, safeUntil: number): HeardUntil {
    this.#told = this.#told.filter(({ at }) => at >= safeUntil);
    return setBack(
      heardUntil,
      this.#told.map(({ channel, from }) => [channel, from]),
    );
  }
}

/** The marks, none behind the start of something in its channel that is not told yet, be it wanted or not. */
export function setBack(
  heardUntil: HeardUntil,
  untold: readonly (readonly [channel: string, from: number])[],
): HeardUntil {
  if (untold.length === 0) return heardUntil;
  const marks = new Map(heardUntil);
  for (const [channel, from] of untold) {
    marks.set(channel, Math.min(marks.get(channel) ?? from, from));
  }
  return marks;
}
