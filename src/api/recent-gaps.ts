import type { GapEvent } from '../contract/ingest-event.ts';

/** Older ones are history: `twitch-ingest-events` keeps them. */
const MAX_AGE_MS = 3_600_000;
const MAX_GAPS = 500;

/**
 * The gaps of the last hour, at most 500, for who connects now. A long gap is told in slices that touch each other:
 * here they are one.
 */
export class RecentGaps {
  #gaps: GapEvent[] = [];

  add(gap: GapEvent): void {
    const before = this.#gaps.findLast(
      (other) => other.channel_name === gap.channel_name && other.reason === gap.reason,
    );
    if (before !== undefined && gap.from >= before.from && gap.from <= before.to) {
      this.#gaps = this.#gaps.filter((other) => other !== before);
      this.#gaps.push({ ...gap, from: before.from, to: Math.max(before.to, gap.to) });
    } else {
      this.#gaps.push(gap);
    }
    if (this.#gaps.length > MAX_GAPS) this.#gaps = this.#gaps.slice(-MAX_GAPS);
  }

  /** Those that reach into the hour before `now`, in the order in which they were told. */
  list(now: number): readonly GapEvent[] {
    return this.#gaps.filter(({ to }) => to > now - MAX_AGE_MS);
  }
}
