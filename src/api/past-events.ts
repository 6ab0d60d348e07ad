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
  readonly #events: PastEvent[] = [];
  #characters = 0;

  constructor(limits: PastEventLimits) {
    this.#limits = limits;
  }

  add(event: PastEvent): void {
    this.#events.push(event);
    this.#characters += event.chunk.length;
    const { events, characters } = this.#limits;
    while (this.#events.length > events || this.#characters > characters)
      this.#characters -= this.#events.shift()?.chunk.length ?? 0;
  }

  /** Those behind a sequence number. */
  after(sequence: number): PastEvent[] {
    return this.#events.filter((past) => past.sequence > sequence);
  }
}
