/** How many messages were counted in each of the last seconds. Plain data: `counts[0]` belongs to `firstSecond`. */
export interface RateSeries {
  /** Epoch seconds. */
  readonly firstSecond: number;
  readonly counts: readonly number[];
}

/** Ten minutes are enough for every sparkline and chart. */
const MAX_SECONDS = 600;

/** Adds `count` messages at `atMs`; a count of 0 says that the channel was observed at that time. */
export function record(series: RateSeries | undefined, atMs: number, count: number): RateSeries {
  const second = Math.floor(atMs / 1000);
  if (series === undefined || second - series.firstSecond > 2 * MAX_SECONDS) {
    return { firstSecond: second, counts: [count] };
  }
  const index = Math.max(0, second - series.firstSecond);
  const counts = series.counts.slice();
  while (counts.length <= index) counts.push(0);
  counts[index] = (counts[index] ?? 0) + count;
  const surplus = Math.max(0, counts.length - MAX_SECONDS);
  return { firstSecond: series.firstSecond + surplus, counts: counts.slice(surplus) };
}

/**
 * Messages a second over the last `overSeconds` whole seconds; undefined until the channel was observed for two of them,
 * since a shorter look says nothing. The first second was observed in part.
 */
export function ratePerSecond(series: RateSeries, nowMs: number, overSeconds = 10): number | undefined {
  const now = Math.floor(nowMs / 1000);
  const seconds = Math.min(overSeconds, now - series.firstSecond - 1);
  return seconds < 2 ? undefined : sum(series, now - seconds, now) / seconds;
}

/** The last `count` intervals of `bucketSeconds`, oldest first, as messages a second; 0 before the first observation. */
export function buckets(series: RateSeries, nowMs: number, bucketSeconds: number, count: number): number[] {
  // Aligned to the interval, so that a bar does not change its height while it moves to the left.
  const end = Math.floor(nowMs / 1000 / bucketSeconds) * bucketSeconds;
  return Array.from({ length: count }, (_, index) => {
    const to = end - (count - 1 - index) * bucketSeconds;
    return sum(series, to - bucketSeconds, to) / bucketSeconds;
  });
}

/** Messages from second `from` up to, but without, second `to`. */
function sum({ firstSecond, counts }: RateSeries, from: number, to: number): number {
  let total = 0;
  for (let second = Math.max(from, firstSecond); second < to; second++) {
    const count = counts[second - firstSecond];
    if (count === undefined) break;
    total += count;
  }
  return total;
}
