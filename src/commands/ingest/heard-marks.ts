/** Longer than Kafka may keep a batch waiting before the disk takes it. */
const MAX_TURNS = 1000;

/**
 * Works out until when everything was heard *and* is safe, so that the start after a crash can say what the crash cost.
 *
 * What came just before a turn of the event loop may still lie unread in a socket; what lay there at one turn has been
 * read by the next. So a record that was read after a turn may have been sent after the turn before it, not earlier.
 */
export class HeardMarks {
  /** Times of the latest turns, oldest first; epoch milliseconds, as all times here. */
  readonly #turns: number[] = [Date.now()];
  #told: { readonly channel: string; readonly from: number; readonly at: number }[] = [];

  /** To be called once in a turn of the event loop. */
  turn(now: number): void {
    // A clock that was set back: the turns before say nothing that could be compared with what comes now.
    if (now < (this.#turns.at(-1) ?? now)) this.#turns.length = 0;
    this.#turns.push(now);
    if (this.#turns.length > MAX_TURNS) this.#turns.shift();
  }

  /** A gap was handed to the writer at `at`; until it is safe, a crash would lose it. */
  tell(channel: string, from: number, at: number): void {
    this.#told.push({ channel, from, at });
  }

  /** @param safeUntil whatever was read before it is in Kafka or on disk */
  at(safeUntil: number): number {
    while (this.#turns.length > 2 && (this.#turns[2] ?? 0) <= safeUntil) this.#turns.shift();
    return this.#turns[0] ?? 0;
  }

  /** The marks of all channels, set back where a gap that was told is not safe yet. */
  withTold(heardUntil: ReadonlyMap<string, number>, safeUntil: number): ReadonlyMap<string, number> {
    this.#told = this.#told.filter(({ at }) => at >= safeUntil);
    return setBack(
      heardUntil,
      this.#told.map(({ channel, from }) => [channel, from]),
    );
  }
}

/** The marks, none behind the start of something in its channel that is not told yet. */
export function setBack(
  heardUntil: ReadonlyMap<string, number>,
  untold: readonly (readonly [channel: string, from: number])[],
): ReadonlyMap<string, number> {
  if (untold.length === 0) return heardUntil;
  const marks = new Map(heardUntil);
  for (const [channel, from] of untold) {
    const mark = marks.get(channel);
    if (mark !== undefined) marks.set(channel, Math.min(mark, from));
  }
  return marks;
}
