import { noCount, type WindowCount, type WindowCounts } from './window-tally.ts';

/**
 * `ok`: all that know the window agree. `open`: it has not ended, so its numbers still move. `unknown`: fewer than two of
 * the counter, the archive and the log can still know it. `behind`: they differ, and a consumer has not read everything
 * yet. `differs`: they differ, and everything has been read.
 */
export const windowStates = ['ok', 'open', 'unknown', 'behind', 'differs'] as const;
export type WindowState = (typeof windowStates)[number];

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
  /** When the first record of each window was appended to the log, epoch ms: its rows are no older. */
  readonly appendedFrom: ReadonlyMap<number, number>;
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
  /** Rows that were written before may have expired; undefined when none have. */
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
  const isCut = logFrom !== undefined && start < logFrom;
  // Old chat that was loaded lately is not old in the archive; of a log that was cut nobody knows what came first.
  const writtenFrom = isCut ? start : (channel.appendedFrom.get(start) ?? start);
  const expired = archiveFrom !== undefined && writtenFrom < archiveFrom;
  const known = {
    newest: channel.newest?.window_start === start ? countOf(channel.newest) : null,
    history: expired ? null : countOf(channel.history.get(start)),
    archive: expired ? null : countOf(channel.archive.get(start)),
    log: isCut ? null : countOf(channel.log.get(start)),
  };
  const end = start + windowMs;
  return {
    channel_id: channel.id,
    channel_name: channel.name,
    window_start: start,
    window_end: end,
    state: end > options.now ? 'open' : stateOf(known, countOf(channel.remembered.get(start)), options),
    ...known,
  };
}

type Counts = Pick<WindowVerdict, 'newest' | 'history' | 'archive' | 'log'>;

/** @param remembered what the log gives without people who asked to be forgotten: their rows are gone, their counts stay */
function stateOf(known: Counts, remembered: WindowCount, { isBehind }: CompareOptions): WindowState {
  const { newest, history, archive, log } = known;
  // What the counter published twice is one witness.
  const witnesses = [newest ?? history, archive, log].filter((count) => count !== null);
  if (witnesses.length < 2) return 'unknown';
  const agree =
    log !== null && remembered.message_count < log.message_count
      ? // Who counts may have known of it before or after the message.
        [newest, history].every((count) => isBetween(remembered, count, log)) &&
        isBetween(remembered, archive, remembered)
      : [newest, history, archive, log].every((count) => isBetween(witnesses[0], count, witnesses[0]));
  if (agree) return 'ok';
  return isBehind ? 'behind' : 'differs';
}

/** Whether neither number is out of bounds; nothing is, where nobody can know. */
function isBetween(low = noCount, count: WindowCount | null, high = noCount): boolean {
  if (count === null) return true;
  return (['message_count', 'unique_chatters'] as const).every(
    (field) => low[field] <= count[field] && count[field] <= high[field],
  );
}

function countOf(count: WindowCount | undefined): WindowCount {
  if (count === undefined) return noCount;
  return { message_count: count.message_count, unique_chatters: count.unique_chatters };
}
