import { cluster } from '../ledger/cluster.ts';
import { ownEndsSummary } from '../ledger/own-ends.ts';
import { runLedger } from '../ledger/run.ts';
import type { SoakOptions } from '../soak.ts';

/**
 * The layout of production on one machine (docs/production.md): kill -9 of a broker, a Cassandra node, a counter and an
 * archiver under load, twice each unless told otherwise; how long each kill was felt, and then the books.
 */
export default async function soakCluster(options: SoakOptions): Promise<boolean> {
  const { seed = 1, messages = 60_000, faults = 8, rate = 200, report, signal } = options;
  report('starting 3 brokers, 3 Cassandra nodes, 2 counters, 2 archivers');
  const batch = Math.max(1, Math.min(250, Math.round(rate / 4)));
  const result = await runLedger({
    seed,
    messages,
    faults,
    rate,
    batch,
    report,
    signal,
    channels: 48,
    settleMs: 300_000,
    cast: cluster,
    watch: true,
  });
  report(`seed ${seed}: ${result.sent} sent, ${result.distinct} distinct, ${result.faults.length} kills`);
  report(
    'killed      ready again   nothing sent   nothing counted   nothing archived   (s, worst partition)',
  );
  for (const { target, recoveryMs, standstill } of result.faults) {
    const { sending = 0, counting = 0, archiving = 0 } = standstill ?? {};
    const cells = [
      seconds(recoveryMs, 11),
      seconds(sending, 14),
      seconds(counting, 17),
      seconds(archiving, 18),
    ];
    report(`${target.padEnd(10)} ${cells.join(' ')}`);
  }
  for (const line of ownEndsSummary(result.ownEnds)) report(line);
  for (const line of result.open.slice(0, 20)) report(line);
  const closed = result.open.length === 0;
  report(closed ? 'the books close' : `${result.open.length} entries do not close`);
  return closed;
}

function seconds(ms: number, width: number): string {
  return (ms / 1000).toFixed(1).padStart(width);
}
