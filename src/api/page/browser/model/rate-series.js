/** Seconds that a series remembers. */
export const SERIES_SECONDS = 300;

/**
 * What a channel did in the last five minutes, a slot a second: the rate as the API tells it, and how many messages were
 * counted within that second. A second in which nothing could be heard is NaN, not zero.
 */
export class RateSeries {
  #rates = new Float64Array(SERIES_SECONDS).fill(Number.NaN);
  #counts = new Float64Array(SERIES_SECONDS).fill(Number.NaN);
  #newest = -1;

  /** The newest second, in epoch seconds; -1 when empty. What is drawn of a series stays right until it changes. */
  get newest() {
    return this.#newest;
  }

  /**
   * Seconds that were left out become NaN. An older second than the newest is ignored.
   * @param {number} second epoch seconds
   * @param {number} rate messages a second; NaN when not heard
   * @param {number} count
   */
  push(second, rate, count) {
    if (second <= this.#newest) return;
    const skipped = this.#newest === -1 ? 0 : Math.min(second - this.#newest - 1, SERIES_SECONDS);
    for (let back = skipped; back >= 1; back -= 1) this.#set(second - back, Number.NaN, Number.NaN);
    this.#set(second, rate, count);
    this.#newest = second;
  }

  /** Oldest first. @param {number} [seconds] */
  rates(seconds = SERIES_SECONDS) {
    return this.#read(this.#rates, seconds);
  }

  /** Oldest first. @param {number} [seconds] */
  counts(seconds = SERIES_SECONDS) {
    return this.#read(this.#counts, seconds);
  }

  /** @param {number} second @param {number} rate @param {number} count */
  #set(second, rate, count) {
    this.#rates[second % SERIES_SECONDS] = rate;
    this.#counts[second % SERIES_SECONDS] = count;
  }

  /** @param {Float64Array} slots @param {number} seconds */
  #read(slots, seconds) {
    return Array.from({ length: seconds }, (_, index) => {
      const second = this.#newest - seconds + 1 + index;
      return second < 0 ? Number.NaN : (slots[second % SERIES_SECONDS] ?? Number.NaN);
    });
  }
}
