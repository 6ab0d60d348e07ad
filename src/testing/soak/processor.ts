import { runLedger } from '../ledger/run.ts';
import type { SoakOptions } from '../soak.ts';

/** 100 000 messages through count and archive while both, Kafka and Cassandra are killed, paused and restarted. */
export default async function soakProcessor(options: SoakOptions): Promise<boolean> {
  const { seed = 1, messages = 100_000, faults = 24, rate = 1000, report, signal } = options;
  // A busy machine may take its time; what counts is that the books close.
  const settleMs = 400_000;
  const result = await runLedger({ seed, messages, faults, rate, channels: 24, settleMs, report, signal });
  report(`seed ${seed}: ${result.sent} sent, ${result.distinct} distinct, ${result.faults.length} faults`);
  for (const target of new Set(result.faults.map((fault) => fault.target))) {
    const times = result.faults.filter((fault) => fault.target === target).map((fault) => fault.recoveryMs);
    report(`ready again after a fault of ${target}: ${times.sort((a, b) => a - b).join(', ')} ms`);
  }
  if (result.ownEnds > 0) report(`${result.ownEnds} times a process ended by itself and was started again`);
  for (const { book, kind, subject, detail } of result.discrepancies.slice(0, 20)) {
    report(`${book}: ${kind} ${subject}: ${detail}`);
  }
  report(
    result.discrepancies.length === 0
      ? 'the books close'
      : `${result.discrepancies.length} entries do not close`,
  );
  return result.discrepancies.length === 0;
}
