import { ownEndsSummary } from '../ledger/own-ends.ts';
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
  for (const line of ownEndsSummary(result.ownEnds)) report(line);
  for (const line of result.open.slice(0, 20)) report(line);
  const closed = result.open.length === 0;
  report(closed ? 'the books close' : `${result.open.length} entries do not close`);
  return closed;
}
