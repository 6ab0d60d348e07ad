/**
 * Remembers ids that were seen a short while ago, to remove what two connections both deliver. Two generations of
 * `capacity` ids each: at least the last `capacity` ids are known, memory is bounded, nothing needs a timer.
 */
export class RecentIds {
  readonly #capacity: number;
  #young = new Set<string>();
  #old = new Set<string>();

  constructor(capacity = 50_000) {
    this.#capacity = capacity;
  }

  /** Notes the id; false when it was known already. */
  add(id: string): boolean {
    if (this.#young.has(id) || this.#old.has(id)) return false;
    this.#young.add(copyOf(id));
    if (this.#young.size >= this.#capacity) {
      this.#old = this.#young;
      this.#young = new Set();
    }
    return true;
  }
}

/** An id is cut out of a frame, and V8 keeps the whole frame for as long as a piece of it: so keep a copy. */
export function copyOf(id: string): string {
  return Buffer.from(id).toString();
}
