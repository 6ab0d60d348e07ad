import { runIngestLedger } from '../ledger/ingest-run.ts';
import type { SoakOptions } from '../soak.ts';

/** An hour of 1000 messages a second in 200 channels, with a fault a minute, unless told otherwise. */
export default async function soakIngest(options: SoakOptions): Promise<boolean> {
  const { seed = 1, rate = 1000, messages = 3_600_000, report } = options;
  const faults = options.faults ?? Math.max(1, Math.round(messages / rate / 60));
  const result = await runIngestLedger({ seed, messages, faults, rate, channels: 200, report });
  report(
    `seed ${seed}: ${result.sent} sent, ${result.arrived} arrived, ${result.owned} lost in gaps that were told, ` +
      `${result.doubles} records twice`,
  );
  const [early, late] = result.memory.map((bytes) => Math.round(bytes / 1024 / 1024));
  report(`memory of the ingestor: ${early} MiB after a quarter, ${late} MiB at the end`);
  for (const { id, channel, at } of result.unexplained.slice(0, 20)) {
    report(`lost and not told: ${id} of ${channel} at ${new Date(at).toISOString()}`);
  }
  const closed = result.unexplained.length === 0 && result.sent === result.arrived + result.owned;
  report(closed ? 'the books close' : `${result.unexplained.length} messages were lost in silence`);
  return closed;
}
