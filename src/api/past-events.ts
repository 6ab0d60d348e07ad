export interface PastEvent {
  readonly sequence: number;
  readonly chunk: string;
  readonly event: 'gap' | 'message';
  readonly channelId: string | null;
  /** In lower case. */
  readonly channelName: string;
}

export interface PastEventLimits {
  readonly events: number;
  /** Of all chunks together. */
  readonly characters: number;
}

/** The newest events, oldest first, as many as the limits allow. */
export class PastEvents {
  readonly #limits: PastEventLimits;
  #events: PastEvent[] = [];
  /** Those before it have made room. */
  #first = 0;
  #characters = 0;

  constructor(limits: PastEventLimits) {
    this.#limits = limits;
  }

  add(event: PastEvent): void {
    this.#events.push(event);
    this.#characters += event.chunk.length;
    const { events, characters } = this.#limits;
    while (this.#events.length - this.#first > events || this.#characters > characters) {
      this.#characters -= this.#events[this.#first]?.chunk.length ?? 0;
      this.#first += 1;
    }
    // To cut an array at its beginning moves all of it: seldom, then.
    if (this.#first * 2 < this.#events.length) return;
    this.#events = this.#events.slice(this.#first);
    this.#first = 0;
  }

  /** Those behind a sequence number. */
  after(sequence: number): PastEvent[] {
    return this.#events.slice(this.#first).filter((past) => past.sequence > sequence);
  }
}
