import { isDeepStrictEqual } from 'node:util';
import type { ChannelStats } from '../../contract/channel-stats.ts';
import type { Discrepancy } from './books.ts';
import { type ExpectedWindow, publishedWindow } from './windows.ts';

/** A committed record of `channel-stats`. */
export interface NewestRecord {
  readonly partition: number;
  readonly key: string;
  /** Undefined in a tombstone. */
  readonly stats: ChannelStats | undefined;
}

/**
 * `channel-stats` against the history: each channel of either is in both, the last record is the newest window and says
 * the same, and no record is of an older window than one before it.
 * @param records in the order of their offsets, partition by partition or mixed
 */
export function closeNewest(
  history: readonly ExpectedWindow[],
  records: readonly NewestRecord[],
): Discrepancy[] {
  const newest = newestOf(history);
  const shown = new Map(records.map(({ key, stats }) => [key, stats]));
  const channelIds = new Set([...newest.keys(), ...shown.keys()]);
  return [
    ...[...channelIds].flatMap((id) => difference(id, newest.get(id), shown.get(id)) ?? []),
    ...stepsBack(records),
  ];
}

function newestOf(history: readonly ExpectedWindow[]): Map<string, ExpectedWindow> {
  const newest = new Map<string, ExpectedWindow>();
  for (const window of history) {
    const known = newest.get(window.channelId);
    if (known === undefined || known.windowStart < window.windowStart) newest.set(window.channelId, window);
  }
  return newest;
}

function difference(
  channelId: string,
  recorded: ExpectedWindow | undefined,
  stats: ChannelStats | undefined,
): Discrepancy | undefined {
  // A tombstone shows nothing either. Nobody opts out in a soak, so none is due.
  if (stats === undefined) return open('missing', channelId, 'a channel of the history that is not shown');
  const published = publishedWindow(stats);
  if (isDeepStrictEqual(recorded, published)) return undefined;
  const detail = `${JSON.stringify(published)}, and the history says ${JSON.stringify(recorded)}`;
  return open('different', channelId, detail);
}

/** A tombstone takes a window back and not the time: what follows it is no older than what was before it. */
function stepsBack(records: readonly NewestRecord[]): Discrepancy[] {
  const reached = new Map<string, number>();
  return records.flatMap(({ partition, key, stats }) => {
    if (stats === undefined) return [];
    const place = `${key} in partition ${partition}`;
    const before = reached.get(place) ?? stats.window_start;
    reached.set(place, Math.max(before, stats.window_start));
    if (stats.window_start >= before) return [];
    return open('different', place, `the window of ${stats.window_start} after that of ${before}`);
  });
}

function open(kind: Discrepancy['kind'], subject: string, detail: string): Discrepancy {
  return { book: 'channel-stats', kind, subject, detail };
}
