import type { SentLine, SentLines } from './sent-lines.ts';

/**
 * How early a gap may begin (docs/ingestor.md). The machine of a soak is starved, so while chat flows it may be twice the
 * 0.75 s that hold otherwise. With a link that stalls, a process that is stopped or a Kafka that is away it may be the
 * 15 s of a connection that brings no byte, for so they look to the ingestor.
 */
export const EARLIEST_MS = { whileChatFlows: 1500, whateverHappens: 15_000 } as const;

interface ToldGap {
  readonly channel_name: string;
  readonly from: number;
  readonly to: number;
}

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** A line that arrived though it left inside a gap, and how long after that gap began. */
export interface NeedlesslyTold {
  readonly line: SentLine;
  readonly afterMs: number;
}

export interface EarlyGaps {
  /** Lines that arrived though a gap had begun. */
  readonly lines: number;
  /** The longest that one of them left after the beginning of its gap. */
  readonly mostMs: number;
  /** Those that a gap took in that began too early, one line each. */
  readonly open: readonly string[];
}

export function earlyGaps(
  { lines, joins }: Pick<SentLines, 'lines' | 'joins'>,
  isArrived: (id: string) => boolean,
  gaps: readonly ToldGap[],
  earliestMs: number,
): EarlyGaps {
  const early = toldThoughHeard(
    lines.filter(({ id }) => isArrived(id)),
    gaps,
    joins,
  );
  return {
    lines: early.length,
    mostMs: early.reduce((most, { afterMs }) => Math.max(most, afterMs), 0),
    open: early
      .filter(({ afterMs }) => afterMs > earliestMs)
      .map(({ line: { id, channel }, afterMs }) => `arrived, ${afterMs} ms into a gap: ${id} of ${channel}`),
  };
}

/**
 * The lines that arrived and had left, for certain, within a gap of their channel: by how much gaps begin early. Slices
 * that touch are one gap. What was sent behind a JOIN that the simulator answered inside the gap is let off: the gap ends
 * when the ingestor has read the answer, which a stalled link, a pause or want of CPU holds up together with what follows it.
 * @param joins when the simulator answered a JOIN, by channel, ascending
 */
export function toldThoughHeard(
  arrived: readonly SentLine[],
  gaps: readonly ToldGap[],
  joins: ReadonlyMap<string, readonly number[]>,
): NeedlesslyTold[] {
  const byChannel = new Map<string, Interval[]>();
  for (const gap of gaps) byChannel.set(gap.channel_name, [...(byChannel.get(gap.channel_name) ?? []), gap]);
  const heads = new Map(
    [...byChannel].map(([channel, told]) => [
      channel,
      joined(told).map((gap) => untilJoin(gap, joins.get(channel) ?? [])),
    ]),
  );
  return arrived.flatMap((line) => {
    const head = heads.get(line.channel)?.find(({ from, to }) => line.datedAt > from && line.leftAt < to);
    return head === undefined ? [] : [{ line, afterMs: line.datedAt - head.from }];
  });
}

function joined(gaps: readonly Interval[]): Interval[] {
  const all: Interval[] = [];
  for (const { from, to } of [...gaps].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && from <= last.to)
      all[all.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else all.push({ from, to });
  }
  return all;
}

function untilJoin({ from, to }: Interval, joins: readonly number[]): Interval {
  return { from, to: joins.find((at) => at >= from && at < to) ?? to };
}
