import { ownEndsSummary } from '../ledger/own-ends.ts';
import { fullSoakFaults } from '../ledger/pipeline-faults.ts';
import { type PipelineResult, runPipeline } from '../ledger/pipeline-run.ts';
import { slackSummary } from '../ledger/tight-gaps.ts';
import type { SoakOptions } from '../soak.ts';

const FULL_MESSAGES = 1_000_000;

/**
 * Everything at once: 1 000 000 messages through the whole pipeline with 200 SIGKILLs, 50 pauses, 20 restarts of the
 * servers, 20 RECONNECTs and 60 broken networks, unless told otherwise. Fewer messages mean fewer faults.
 */
export default async function soakPipeline(options: SoakOptions): Promise<boolean> {
  const { seed = 1, messages = FULL_MESSAGES, rate = 1000, report, signal } = options;
  const faults = options.faults ?? Math.max(1, Math.round((fullSoakFaults * messages) / FULL_MESSAGES));
  const result = await runPipeline({ seed, messages, faults, rate, channels: 50, report, signal });
  report(
    `seed ${seed}: ${result.sent} sent, ${result.arrived} counted and archived, ${result.told} lost in ${result.gaps} gaps that were told, ` +
      `${result.doubles} records twice, ${result.windows} windows`,
  );
  report(slackSummary(result.slack));
  for (const line of recoveryTable(result)) report(line);
  const [p50, p99] = [quantile(result.ages, 0.5), quantile(result.ages, 0.99)];
  report(
    `age of the newest message on the screen: p50 ${p50} ms, p99 ${p99} ms, max ${quantile(result.ages, 1)} ms`,
  );
  for (const line of ownEndsSummary(result.ownEnds)) report(line);
  for (const screen of result.lostScreens) report(`did not live through it: ${screen}`);
  for (const line of result.open.slice(0, 20)) report(line);
  const closed = result.open.length === 0 && result.lostScreens.length === 0;
  report(closed ? 'the books close' : `not all is well (${result.open.length} entries are open)`);
  return closed;
}

/** A line a kind of fault and victim: how many, until ready, until on the screen. */
function recoveryTable({ faults }: PipelineResult): string[] {
  const nameOf = ({ fault }: PipelineResult['faults'][number]) => `${fault.kind} ${fault.target}`;
  return [...new Set(faults.map(nameOf))].sort().map((name) => {
    const group = faults.filter((suffered) => nameOf(suffered) === name);
    const ready = group.map(({ readyMs }) => readyMs);
    const shown = group.flatMap(({ shownMs }) => (shownMs === undefined ? [] : [shownMs]));
    return (
      `${name.padEnd(24)} × ${String(group.length).padStart(3)}  ready p50 ${quantile(ready, 0.5)} ms, p99 ${quantile(ready, 0.99)} ms` +
      `  on the screen p50 ${quantile(shown, 0.5)} ms, p99 ${quantile(shown, 0.99)} ms`
    );
  });
}

/** The value that this share of them does not exceed; 0 of none. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
