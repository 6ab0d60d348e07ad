import type { GapEvent } from '../../contract/ingest-event.ts';
import type { Discrepancy } from './books.ts';
import { windowKey } from './windows.ts';

/** What the history says of how much of a window was heard. */
export interface WindowCoverage {
  readonly channelId: string;
  readonly channelName: string;
  readonly windowStart: number;
  /** Undefined where it says that nobody knows. */
  readonly coverage: number | undefined;
}

type Gap = Pick<GapEvent, 'channel_id' | 'channel_name' | 'from' | 'to'>;

/**
 * Each window's coverage is what all told gaps of its channel leave of it, to the last bit: whole milliseconds, divided
 * once, as the processor does. A gap that was told without a room-id reaches those windows only that were in memory (ADR
 * 24), so it may or may not be in the coverage of the windows it reaches into; no other is let off.
 */
export function closeCoverage(
  windows: readonly WindowCoverage[],
  gaps: readonly Gap[],
  windowSeconds: number,
): Discrepancy[] {
  const byChannel = new Map<string, Gap[]>();
  for (const gap of gaps) byChannel.set(gap.channel_name, [...(byChannel.get(gap.channel_name) ?? []), gap]);
  const size = windowSeconds * 1000;
  return windows.flatMap(({ channelId, channelName, windowStart: start, coverage }): Discrepancy[] => {
    const told = byChannel.get(channelName) ?? [];
    const least = heardShare(told, start, size);
    const most = heardShare(
      told.filter(({ channel_id }) => channel_id !== null),
      start,
      size,
    );
    if (coverage !== undefined && coverage >= least && coverage <= most) return [];
    const expected = least === most ? least : `${least} to ${most}`;
    const detail = `${coverage ?? 'nothing'}, where the told gaps leave ${expected}`;
    return [{ book: 'coverage', kind: 'different', subject: windowKey(channelId, start), detail }];
  });
}

/** 1 less the part of the window that the gaps cover together. */
function heardShare(gaps: readonly Gap[], start: number, size: number): number {
  const inside = gaps
    .map(({ from, to }) => ({ from: Math.max(from, start), to: Math.min(to, start + size) }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from);
  let covered = 0;
  let reached = start;
  for (const { from, to } of inside) {
    covered += Math.max(0, to - Math.max(from, reached));
    reached = Math.max(reached, to);
  }
  return 1 - covered / size;
}
