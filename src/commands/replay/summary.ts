import type { ArchivedChannel } from '../../archive/channel.ts';
import { isBalanced, type ReplayTally } from '../../archive/replay.ts';
import { sanitize } from '../../output/sanitize.ts';

/** Timestamps of the first and the last message that a replay will come to. */
export interface Extent {
  readonly first: number;
  readonly last: number;
}

/** `12,345 rows · 5,310 rows/s · about 40 s left`; what remains is judged by time, since nobody counted the rows. */
export function describeProgress(tally: ReplayTally, extent: Extent | undefined, startedAt: number): string {
  const seconds = (performance.now() - startedAt) / 1000;
  const parts = [`${count(tally.read)} rows`, `${count(tally.read / seconds)} rows/s`];
  if (extent !== undefined && tally.cursor !== undefined && extent.last > extent.first) {
    const share = (tally.cursor.timestamp - extent.first) / (extent.last - extent.first);
    if (share > 0) parts.push(`about ${Math.ceil((seconds * (1 - share)) / share)} s left`);
  }
  return parts.join(' · ');
}

/** The proof: rows read, and where every one of them went. */
export function describeResult(
  tally: ReplayTally,
  { name }: ArchivedChannel,
  what: string,
  startedAt: number,
  interrupted: boolean,
): string {
  const seconds = (performance.now() - startedAt) / 1000;
  const sign = isBalanced(tally) ? '=' : '≠';
  const filtered = tally.filtered === 0 ? '' : ` + ${count(tally.filtered)} filtered out`;
  const pace = `${seconds.toFixed(1)} s, ${count(tally.read / seconds)} rows/s`;
  return `${sanitize(name)}: ${count(tally.read)} rows read ${sign} ${count(tally.written)} ${what}${filtered} (${pace}${interrupted ? ', interrupted' : ''})`;
}

function count(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}
