import { noCount, type WindowCount, type WindowCounts } from './window-tally.ts';

/**
 * `ok`: all that know the window agree. `open`: it has not ended, so its numbers still move. `behind`: they differ, and
 * a consumer has not read everything yet. `differs`: they differ, and everything has been read.
 */
export type WindowState = 'ok' | 'open' | 'behind' | 'differs';

/** What each of the four says of a window; null where it cannot know it (no longer, or not its window). */
export interface WindowVerdict {
  readonly channel_id: string;
  readonly channel_name: string;
  readonly window_start: number;
  readonly window_end: number;
  readonly state: WindowState;
  /** `channel-stats`: only the newest window of a channel. */
  readonly newest: WindowCount | null;
  /** `channel_window_stats`. */
  readonly history: WindowCount | null;
  /** Recounted from the rows in Cassandra. */
  readonly archive: WindowCount | null;
  /** Recounted from the records in Kafka. */
  readonly log: WindowCount | null;
}

export interface ChannelEvidence {
  readonly id: string;
  readonly name: string;
  readonly newest: (WindowCount & { readonly window_start: number }) | undefined;
  readonly history: WindowCounts;
  readonly archive: WindowCounts;
  readonly log: WindowCounts;
  /** `log` without people who asked to be forgotten: their rows are gone, their counts stay. */
  readonly remembered: WindowCounts;
}

export interface CompareOptions {
  readonly windowMs: number;
  /** Windows that begin before are not looked at … */
  readonly from: number;
  /** … nor those that begin here or later. */
  readonly to: number;
  /** Epoch milliseconds: windows that end later are open. */
  readonly now: number;
  /** The log has lost records appended before; undefined when it has all. */
  readonly logFrom: number | undefined;
  /** Rows of windows that begin before may have expired; undefined when none have. */
  readonly archiveFrom: number | undefined;
  /** Consumers have not read all that was recounted. */
  readonly isBehind: boolean;
}

/** One verdict for each window that anybody knows of, oldest first. */
export function compareChannel(channel: ChannelEvidence, options: CompareOptions): WindowVerdict[] {
  const { from, to } = options;
  const starts = new Set([
    ...channel.history.keys(),
    ...channel.archive.keys(),
    ...channel.log.keys(),
    ...(channel.newest === undefined ? [] : [channel.newest.window_start]),
  ]);
  return [...starts]
    .filter((start) => start >= from && start < to)
    .sort((a, b) => a - b)
    .map((start) => judge(channel, start, options));
}

function judge(channel: ChannelEvidence, start: number, options: CompareOptions): WindowVerdict {
  const { windowMs, logFrom, archiveFrom } = options;
  const expired = archiveFrom !== undefined && start < archiveFrom;
  const known = {
    newest: channel.newest?.window_start === start ? countOf(channel.newest) : null,
    history: expired ? null : countOf(channel.history.get(start)),
    archive: expired ? null : countOf(channel.archive.get(start)),
    log: logFrom !== undefined && start < logFrom ? null : countOf(channel.log.get(start)),
  };
  return {
    channel_id: channel.id,
    channel_name: channel.name,
    window_start: start,
    window_end: start + windowMs,
    state: stateOf(
      Object.values(known).filter((count) => count !== null),
      allowed(channel, start),
      start + windowMs,
      options,
    ),
    ...known,
  };
}

interface Bounds {
  readonly low: WindowCount;
  readonly high: WindowCount;
}

/** Between the two every count is right; undefined where nobody was forgotten, so that all have to be the same. */
function allowed({ log, remembered }: ChannelEvidence, start: number): Bounds | undefined {
  const [high, low] = [countOf(log.get(start)), countOf(remembered.get(start))];
  return low.message_count === high.message_count ? undefined : { low, high };
}

function stateOf(
  counts: readonly WindowCount[],
  bounds: Bounds | undefined,
  end: number,
  { now, isBehind }: CompareOptions,
): WindowState {
  const [first = noCount] = counts;
  const { low, high } = bounds ?? { low: first, high: first };
  const agree = counts.every((count) =>
    (['message_count', 'unique_chatters'] as const).every(
      (field) => low[field] <= count[field] && count[field] <= high[field],
    ),
  );
  if (end > now) return 'open';
  if (agree) return 'ok';
  return isBehind ? 'behind' : 'differs';
}

function countOf(count: WindowCount | undefined): WindowCount {
  if (count === undefined) return noCount;
  return { message_count: count.message_count, unique_chatters: count.unique_chatters };
}
