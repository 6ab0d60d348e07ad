import type { SentLine, SentLines } from './sent-lines.ts';

/**
 * How early a gap may begin, and how long after its last JOIN it may end (docs/ingestor.md). The machine of a soak is
 * starved, so while chat flows it may be 0.75 s more than the 1.65 s that hold otherwise. With a link that stalls, a process that is
 * stopped or a Kafka that is away it may be the 15 s of a connection that brings no byte, for so they look to the ingestor, and
 * 0.9 s for lines that come late.
 */
export const SLACK_MS = { whileChatFlows: 2400, whateverHappens: 15_900 } as const;

interface ToldGap {
  readonly channel_name: string;
  readonly from: number;
  readonly to: number;
}

interface Interval {
  readonly from: number;
  readonly to: number;
}

/** A line that arrived though it left inside a gap. */
export interface NeedlesslyTold {
  readonly line: SentLine;
  /** `early`: before the first JOIN that was answered inside the gap; `late`: behind the last one. */
  readonly side: 'early' | 'late';
  /** How long after the beginning of the gap, or after that last JOIN, it left. */
  readonly afterMs: number;
}

interface Slack {
  /** Lines that arrived though the gap had begun, or had not ended. */
  readonly lines: number;
  readonly mostMs: number;
}

export interface GapSlack {
  readonly early: Slack;
  readonly late: Slack;
  /** Lines that a gap took in that began too early, or ended too late, one line each. */
  readonly open: readonly string[];
}

/** @param mostMs one of {@link SLACK_MS} */
export function gapSlack(
  { lines, joins }: Pick<SentLines, 'lines' | 'joins'>,
  isArrived: (id: string) => boolean,
  gaps: readonly ToldGap[],
  mostMs: number,
): GapSlack {
  const arrived = lines.filter(({ id }) => isArrived(id));
  const needless = toldThoughHeard(arrived, gaps, joins);
  const slackOf = (wanted: NeedlesslyTold['side']): Slack => {
    const of = needless.filter(({ side }) => side === wanted);
    return { lines: of.length, mostMs: of.reduce((most, { afterMs }) => Math.max(most, afterMs), 0) };
  };
  return {
    early: slackOf('early'),
    late: slackOf('late'),
    open: needless
      .filter(({ afterMs }) => afterMs > mostMs)
      .map(
        ({ line: { id, channel }, side, afterMs }) =>
          `arrived, ${afterMs} ms ${side === 'early' ? 'into a gap' : 'behind the JOIN in a gap'}: ${id} of ${channel}`,
      ),
  };
}

export function slackSummary({ early, late }: GapSlack): string {
  return (
    `gaps begin at most ${early.mostMs} ms early: ${early.lines} lines in one arrived; ` +
    `they end at most ${late.mostMs} ms after their JOIN: ${late.lines} lines`
  );
}

/**
 * The lines that arrived and had left, for certain, within a gap of their channel: by how much gaps begin early and end
 * late. Slices that touch are one gap.
 *
 * A gap ends when the ingestor has read the answer to a JOIN, which a stalled link, a pause or want of CPU holds up together
 * with what follows it. So what was sent behind an answer counts from there, and from the last one inside the gap: the
 * answer that ended it was this one or one before it, and what an earlier one brought may have died with its connection.
 * What was sent between the first answer and the last is let off.
 * @param joins when the simulator answered a JOIN, by channel, ascending
 */
export function toldThoughHeard(
  arrived: readonly SentLine[],
  gaps: readonly ToldGap[],
  joins: ReadonlyMap<string, readonly number[]>,
): NeedlesslyTold[] {
  const byChannel = new Map<string, Interval[]>();
  for (const gap of gaps) byChannel.set(gap.channel_name, [...(byChannel.get(gap.channel_name) ?? []), gap]);
  const parts = new Map(
    [...byChannel].map(([channel, told]) => [
      channel,
      joined(told).flatMap((gap) => partsOf(gap, joins.get(channel) ?? [])),
    ]),
  );
  return arrived.flatMap((line) => {
    const part = parts.get(line.channel)?.find(({ from, to }) => line.datedAt > from && line.leftAt < to);
    return part === undefined ? [] : [{ line, side: part.side, afterMs: line.datedAt - part.from }];
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

interface Part extends Interval {
  readonly side: NeedlesslyTold['side'];
}

function partsOf({ from, to }: Interval, joins: readonly number[]): Part[] {
  const inside = joins.filter((at) => at >= from && at < to);
  const last = inside.at(-1);
  const head: Part = { side: 'early', from, to: inside[0] ?? to };
  return last === undefined ? [head] : [head, { side: 'late', from: last, to }];
}
