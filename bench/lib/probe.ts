/** Tells that a count was seen; undefined when what was seen held none. */
export type Sighting = (count: number | undefined) => void;

/**
 * When each line of a followed channel was sent, and when each observer first saw a count that has it in. Lines of a
 * channel stay in order, so a count of n has the first n of the window in it.
 */
export class Probe {
  readonly #sentAt: number[] = [];
  readonly #delays = new Map<string, number[]>();
  #from = Number.POSITIVE_INFINITY;
  #to = Number.POSITIVE_INFINITY;

  sent(at: number): void {
    this.#sentAt.push(at);
  }

  /** How many were sent so far, measured or not. */
  get lines(): number {
    return this.#sentAt.length;
  }

  /** Only lines sent from now on are measured … */
  begin(): void {
    this.#from = this.#sentAt.length;
  }

  /** … and none that is sent later than this. */
  finish(): void {
    this.#to = this.#sentAt.length;
  }

  /** One observer. */
  sighting(observer: string): Sighting {
    const delays: number[] = [];
    this.#delays.set(observer, delays);
    let seen = 0;
    return (count = 0) => {
      const now = Date.now();
      for (; seen < Math.min(count, this.#sentAt.length); seen++) {
        const sentAt = this.#sentAt[seen];
        if (seen >= this.#from && seen < this.#to && sentAt !== undefined) delays.push(now - sentAt);
      }
    };
  }

  /** Every observer has seen every line. */
  get isComplete(): boolean {
    return [...this.#delays.values()].every(({ length }) => length === this.#measured);
  }

  /** Milliseconds, by observer. @throws when an observer missed a line: then none of the figures counts */
  delays(): ReadonlyMap<string, readonly number[]> {
    for (const [observer, { length }] of this.#delays) {
      if (length !== this.#measured)
        throw new Error(`${observer}: ${length} of ${this.#measured} lines were seen`);
    }
    return this.#delays;
  }

  /** How many lines. */
  get #measured(): number {
    return this.#to - this.#from;
  }
}
