/**
 * `npm run bench -- [name…] [options] [--keep]`: runs the named benchmarks, or all of them, and prints a table. Each is a
 * file beside this one whose default export takes the options, says what it measures, and returns its results. They are
 * kept in `results/`; those of a run with options only with `--keep`, for they may be of a part, or of less. When one fails
 * the others run all the same, and the exit code is 1. With `--help` each says what it measures and which options it has;
 * `--page` measures nothing and writes the page of what is kept anew.
 */
import { readdirSync } from 'node:fs';
import { inspect } from 'node:util';
import { endOnSignals, scratchDirectory, unlessEnding } from '../src/testing/scratch.ts';
import { refuseArguments, usageOf } from '../src/testing/script-usage.ts';
import { commit, machine } from './lib/provenance.ts';
import { keepReport, type Report, type Result, writeResultsPage } from './lib/results.ts';
import { resultsTable } from './lib/results-page.ts';
import { runWords } from './lib/run-words.ts';
import { undoAll } from './lib/undo.ts';

type Benchmark = (args: string[]) => Promise<readonly Result[]>;

const notBenchmarks = new Set(['run.ts']);
const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !notBenchmarks.has(file))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const { asked, options, isKept } = runWords(process.argv.slice(2));
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`unknown benchmark: ${unknown.join(', ')} (there are: ${names.join(', ')})\n`);
  process.exit(2);
}
if (options.includes('--help')) {
  const scripts = asked.length > 0 ? asked : ['run', ...names];
  process.stdout.write(scripts.map((name) => usageOf(new URL(`${name}.ts`, import.meta.url))).join('\n'));
  process.exit(0);
}
if (options.includes('--page')) {
  writeResultsPage();
  process.exit(0);
}
// All scratch directories, those of child processes too, lie in one, so an interrupted run leaves none behind.
process.env.TMPDIR = scratchDirectory('twitchstats-bench-');
endOnSignals((signal) => {
  process.stderr.write(`${signal}: stopping what was started\n`);
  return undoAll();
});
const reports: Report[] = [];
const failed: string[] = [];
for (const name of asked.length > 0 ? asked : names) {
  try {
    const report = await run(name);
    if (report.results.length === 0) continue;
    reports.push(report);
    if (isKept) keepReport(report);
  } catch (error) {
    failed.push(name);
    process.stderr.write(`${name}: ${inspect(error)}\n`);
    // What it left would be in the way of the next.
    await undoAll();
  }
}
process.stdout.write(`\n${resultsTable(reports)}\n`);
if (!isKept && reports.length > 0) process.stdout.write('not kept, for there are options: --keep does\n');
if (failed.length > 0) {
  process.stderr.write(`failed: ${failed.join(', ')}\n`);
  process.exit(1);
}

async function run(bench: string): Promise<Report> {
  // Of now: somebody may work on the code while it is measured.
  const source = { commit: commit(), machine: machine() };
  const benchmark: { default: Benchmark } = await import(`./${bench}.ts`);
  // When interrupted it fails, for what it started is stopped.
  const results = await unlessEnding(benchmark.default([...options])).catch(refuseArguments);
  return { bench, at: new Date().toISOString(), ...source, args: options.join(' '), results: [...results] };
}
