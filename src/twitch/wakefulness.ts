const TICK_MS = 100;
/** Ticks further apart than that: the process was stopped, or starved of CPU. */
const ASLEEP_MS = 400;

/**
 * Whether this process reads what comes when it comes. One that was asleep reads late, and what it reads may have
 * happened at any time since it fell asleep.
 */
export class Wakefulness {
  #tickedAt = Date.now();
  #awakeAt = Date.now();
  #certainAt = Date.now();
  readonly #timer = setInterval(() => {
    const now = Date.now();
    // The first tick after a sleep says nothing yet: what came meanwhile is still being read.
    if (now - this.#tickedAt < ASLEEP_MS) {
      this.#awakeAt = now;
      this.#certainAt = this.#tickedAt;
    }
    this.#tickedAt = now;
  }, TICK_MS);

  constructor() {
    this.#timer.unref();
  }

  /** Until when (epoch ms) all that had come was read: now, or since when it was asleep if it woke only just. */
  get readUntil(): number {
    const now = Date.now();
    return now - this.#awakeAt > ASLEEP_MS ? this.#awakeAt : now;
  }

  /** The same for who cannot say when what was read just now had come: sockets are read between two ticks. */
  get certainlyReadUntil(): number {
    return this.#certainAt;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
