import { copyOf } from './recent-ids.ts';

/**
 * Compares what several readers of the same channels heard: Twitch drops messages, but rarely the same one to two
 * connections. Says what each reader alone would have missed.
 */
export class ReaderAgreement {
  readonly #all: number;
  readonly #onMissed: (reader: number, messages: number) => void;
  /** The readers that have heard an id, as bits. Complete ones stay too: a reader hears some twice, on two connections. */
  #young = new Map<string, number>();
  #old = new Map<string, number>();

  constructor(readers: number, onMissed: (reader: number, messages: number) => void) {
    this.#all = 2 ** readers - 1;
    this.#onMissed = onMissed;
  }

  heard(messageId: string, reader: number): void {
    const generation = this.#old.has(messageId) ? this.#old : this.#young;
    const readers = generation.get(messageId);
    // Set again, a key stays the one that it was.
    generation.set(readers === undefined ? copyOf(messageId) : messageId, (readers ?? 0) | (1 << reader));
  }

  /** Gives up waiting for what was first heard before the last call. */
  settle(): void {
    const missed = new Map<number, number>();
    for (const readers of this.#old.values()) {
      for (let reader = 0; 1 << reader <= this.#all; reader++) {
        if ((readers & (1 << reader)) === 0) missed.set(reader, (missed.get(reader) ?? 0) + 1);
      }
    }
    this.#old = this.#young;
    this.#young = new Map();
    for (const [reader, messages] of missed) this.#onMissed(reader, messages);
  }
}
