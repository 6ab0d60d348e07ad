import type { Ledger } from '../../simulator/ledger.ts';
import { saidInLine, sentAtIn } from './said.ts';

/** A message that the simulator sent to whoever was there. Times are epoch milliseconds of the one clock of this machine. */
export interface SentLine {
  readonly id: string;
  readonly channel: string;
  /** Before it was put on the wire. */
  readonly datedAt: number;
  /** After it was. */
  leftAt: number;
  /** How much older it is by its own time: some come late, behind younger ones. */
  readonly lateMs: number;
  /** What it says: see {@link saidInLine}. */
  readonly says: string | undefined;
}

interface ToldGap {
  readonly channel_name: string;
  readonly from: number;
  readonly to: number;
}

export interface SentLines extends Ledger {
  readonly lines: readonly SentLine[];
  /** When a JOIN was answered, by channel, ascending. */
  readonly joins: ReadonlyMap<string, readonly number[]>;
}

/** A ledger of the messages, each with the two times between which it left, and of the JOINs. */
export function sentLines(): SentLines {
  const lines: SentLine[] = [];
  const joins = new Map<string, number[]>();
  let left = 0;
  return {
    lines,
    joins,
    write(entry, line) {
      if (entry.type === 'client' && entry.event === 'joined' && entry.channel !== undefined) {
        joins.set(entry.channel, [...(joins.get(entry.channel) ?? []), entry.at]);
        return;
      }
      if (entry.type !== 'line' || entry.id === undefined) return;
      const { id, channel, at } = entry;
      const raw = line === undefined ? '' : String(line);
      const [lateMs, says] = [at - (sentAtIn(raw) ?? at), saidInLine(raw)];
      lines.push({ id, channel, datedAt: at, leftAt: Number.POSITIVE_INFINITY, lateMs, says });
    },
    flushed(at) {
      for (; left < lines.length; left++) {
        const line = lines[left];
        if (line !== undefined) line.leftAt = at;
      }
    },
    close: () => undefined,
  };
}

/**
 * The lines that no gap of their channel accounts for. Exact, without any slack: a gap begins no later than anything was said
 * that was not read, and ends no earlier than the JOIN was confirmed, so a line that was lost was said within it, however
 * slow the machine is. What the machine does to a line between its date and the wire is in its two times.
 */
export function notToldOf<Line extends Pick<SentLine, 'channel' | 'datedAt' | 'leftAt' | 'lateMs'>>(
  lost: readonly Line[],
  gaps: readonly ToldGap[],
): Line[] {
  const byChannel = new Map<string, ToldGap[]>();
  for (const gap of gaps) byChannel.set(gap.channel_name, [...(byChannel.get(gap.channel_name) ?? []), gap]);
  return lost.filter(
    ({ channel, datedAt, leftAt, lateMs }) =>
      !byChannel.get(channel)?.some(({ from, to }) => leftAt - lateMs >= from && datedAt - lateMs <= to),
  );
}
