import type { Ledger } from '../../simulator/ledger.ts';

/** A message that the simulator sent to whoever was there. Times are epoch milliseconds of the one clock of this machine. */
export interface SentLine {
  readonly id: string;
  readonly channel: string;
  /** Before it was put on the wire. */
  readonly datedAt: number;
  /** After it was. */
  leftAt: number;
}

interface ToldGap {
  readonly channel_name: string;
  readonly from: number;
  readonly to: number;
}

/** A ledger of the messages alone, each with the two times between which it left. */
export function sentLines(): Ledger & { readonly lines: readonly SentLine[] } {
  const lines: SentLine[] = [];
  let left = 0;
  return {
    lines,
    write(entry) {
      if (entry.type !== 'line' || entry.id === undefined) return;
      const { id, channel, at } = entry;
      lines.push({ id, channel, datedAt: at, leftAt: Number.POSITIVE_INFINITY });
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
 * The lines that no gap of their channel accounts for. Exact, without any slack: a gap begins no later than what was
 * last read had been sent, and ends no earlier than the JOIN was confirmed, so a line that was lost left within it,
 * however slow the machine is. What the machine does to a line between its date and the wire is in its two times.
 */
export function notToldOf(lost: readonly SentLine[], gaps: readonly ToldGap[]): SentLine[] {
  const byChannel = new Map<string, ToldGap[]>();
  for (const gap of gaps) byChannel.set(gap.channel_name, [...(byChannel.get(gap.channel_name) ?? []), gap]);
  return lost.filter(
    ({ channel, datedAt, leftAt }) =>
      !byChannel.get(channel)?.some(({ from, to }) => leftAt >= from && datedAt <= to),
  );
}
