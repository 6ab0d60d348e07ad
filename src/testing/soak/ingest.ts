import { type Holdings, type IngestFault, ingestFaults, runIngestLedger } from '../ledger/ingest-run.ts';
import { ownEndsSummary } from '../ledger/own-ends.ts';
import { slackSummary } from '../ledger/tight-gaps.ts';
import { seeded } from '../seeded.ts';
import type { SoakOptions } from '../soak.ts';

/**
 * An hour of 1000 messages a second in 200 channels, with a fault a minute, unless told otherwise. In its first quarter
 * the ingestor is killed and restarted too; then one process lives through all the others, so that what it holds on to
 * can be compared.
 */
export default async function soakIngest(options: SoakOptions): Promise<boolean> {
  const { seed = 1, rate = 1000, messages = 3_600_000, report, signal } = options;
  const count = options.faults ?? Math.max(1, Math.round(messages / rate / 60));
  const faults = drawFaults(seed, count);
  const result = await runIngestLedger({ seed, messages, faults, rate, channels: 200, report, signal });
  report(
    `seed ${seed}: ${result.sent} sent, ${result.arrived} arrived, ${result.owned} lost in gaps that were told, ` +
      `${result.doubles} records twice`,
  );
  reportHoldings(result.holdings, report);
  for (const { id, channel, datedAt } of result.unexplained.slice(0, 20)) {
    report(`lost and not told: ${id} of ${channel} at ${new Date(datedAt).toISOString()}`);
  }
  report(slackSummary(result.slack));
  for (const line of ownEndsSummary(result.ownEnds)) report(line);
  for (const line of result.unruly.slice(0, 20)) report(line);
  const wrong = [...result.wrong, ...result.slack.open];
  for (const line of wrong.slice(0, 20)) report(line);
  const open = result.unexplained.length + wrong.length + result.unruly.length;
  const closed = open === 0 && result.sent === result.arrived + result.owned;
  report(
    closed
      ? 'the books close'
      : `${result.unexplained.length} messages were lost in silence, ${wrong.length} arrived that should not have, or not so, ` +
          `${result.unruly.length} times something else was wrong`,
  );
  return closed;
}

function drawFaults(seed: number, count: number): IngestFault[] {
  const random = seeded(seed ^ 0x5eed);
  const survivable = ingestFaults.filter((fault) => !fault.startsWith('ingest'));
  return Array.from({ length: count }, (_, index) => {
    const among: readonly IngestFault[] = index < count / 4 ? ingestFaults : survivable;
    return among[random.integer(among.length)] ?? 'twitch: reconnect';
  });
}

/** Of the process that lived longest: the last one. */
function reportHoldings(holdings: readonly Holdings[], report: (line: string) => void): void {
  const last = holdings.filter(({ startedAt }) => startedAt === holdings.at(-1)?.startedAt);
  const rows = [last[0], last[Math.floor(last.length / 2)], last.at(-1)].flatMap((row) => row ?? []);
  for (const [name, of] of [
    ['resident MiB', ({ residentMiB }: Holdings) => residentMiB],
    ['heap MiB', ({ heapMiB }: Holdings) => heapMiB],
    ['timers', ({ timers }: Holdings) => timers],
    ['handles', ({ handles }: Holdings) => handles],
  ] as const) {
    const largest = Math.max(...last.map(of));
    report(`${name}: ${rows.map(of).join(' → ')} (first, middle, end of its life), at most ${largest}`);
  }
}
