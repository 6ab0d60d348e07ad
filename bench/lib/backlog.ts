/** What a pipe had yet to do while it was measured, in messages. */
export interface Backlog {
  /** Means of the first and of the last seconds: batches, flushes and compactions move each by thousands. */
  readonly begin: number;
  readonly end: number;
  /** Of all the time, as the two say. */
  readonly growth: number;
}

/** Over so many seconds the two means go, or over a third where there are not three times as many. */
const MEAN_SECONDS = 10;

/** @param samples one each second, in order; three at least */
export function backlogOf(samples: readonly number[]): Backlog {
  const many = Math.min(MEAN_SECONDS, Math.floor(samples.length / 3));
  const [begin, end] = [mean(samples.slice(0, many)), mean(samples.slice(-many))];
  return { begin, end, growth: ((end - begin) * samples.length) / (samples.length - many) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
