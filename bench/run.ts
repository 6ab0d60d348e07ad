/**
 * `npm run bench -- [name…] [options]`: runs the named benchmarks, or all of them. Each is a file beside this one whose
 * default export takes the options, says what it measures, and returns its results; they are kept in `results/`. With
 * `--help` each says what it measures and which options it has.
 */
import { readdirSync } from 'node:fs';
import { endOnSignals, scratchDirectory, unlessEnding } from '../src/testing/scratch.ts';
import { refuseArguments, usageOf } from '../src/testing/script-usage.ts';
import { keepResults, type Result, resultsTable } from './lib/results.ts';
import { undoAll } from './lib/undo.ts';

type Benchmark = (args: string[]) => Promise<readonly Result[]>;

const notBenchmarks = new Set(['run.ts']);
const names = readdirSync(new URL('.', import.meta.url))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !notBenchmarks.has(file))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const words = process.argv.slice(2);
const firstOption = words.findIndex((word) => word.startsWith('-'));
const asked = firstOption === -1 ? words : words.slice(0, firstOption);
const options = firstOption === -1 ? [] : words.slice(firstOption);
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
// All scratch directories, those of child processes too, lie in one, so an interrupted run leaves none behind.
process.env.TMPDIR = scratchDirectory('twitchstats-bench-');
endOnSignals((signal) => {
  process.stderr.write(`${signal}: stopping what was started\n`);
  return undoAll();
});
const reports: { bench: string; results: Result[] }[] = [];
for (const name of asked.length > 0 ? asked : names) {
  const benchmark: { default: Benchmark } = await import(`./${name}.ts`);
  // When interrupted it fails, for what it started is stopped.
  const results = await unlessEnding(benchmark.default(options)).catch(refuseArguments);
  keepResults(name, results);
  reports.push({ bench: name, results: [...results] });
}
process.stdout.write(`\n${resultsTable(reports)}\n`);
