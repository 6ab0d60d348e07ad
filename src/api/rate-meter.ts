/** How far back a rate looks. */
const WINDOW_SECONDS = 30;
export const RATE_WINDOW_MS = WINDOW_SECONDS * 1000;

/** Events a second over the last half minute, in buckets of one second. */
export class RateMeter {
  readonly #counts = new Float64Array(WINDOW_SECONDS);
  readonly #seconds = new Float64Array(WINDOW_SECONDS).fill(-1);
  readonly #startedAt: number;

  constructor(now: number) {
    this.#startedAt = now;
  }

  add(count: number, at: number): void {
    const second = Math.floor(at / 1000);
    const slot = second % WINDOW_SECONDS;
    const held = this.#seconds[slot] ?? -1;
    if (held > second) return;
    if (held < second) {
      this.#seconds[slot] = second;
      this.#counts[slot] = 0;
    }
    this.#counts[slot] = (this.#counts[slot] ?? 0) + count;
  }

  /** Rounded to a tenth. A meter younger than the window divides by its age. */
  perSecond(now: number): number {
    const oldest = Math.floor(now / 1000) - WINDOW_SECONDS;
    let total = 0;
    for (let slot = 0; slot < WINDOW_SECONDS; slot += 1) {
      if ((this.#seconds[slot] ?? -1) > oldest) total += this.#counts[slot] ?? 0;
    }
    const seconds = Math.min(WINDOW_SECONDS, Math.max(1, (now - this.#startedAt) / 1000));
    return Math.round((total / seconds) * 10) / 10;
  }
}
