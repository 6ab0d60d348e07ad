/**
 * `npm run bench -- [name…] [options]`: runs the named benchmarks, or all of them. Each is a file beside this one whose
 * default export takes the options and prints ratios against a peer measured in the same run.
 */
import { readdirSync } from 'node:fs';

type Benchmark = (args: string[]) => Promise<void>;

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
for (const name of asked.length > 0 ? asked : names) {
  const benchmark: { default: Benchmark } = await import(`./${name}.ts`);
  await benchmark.default(options);
}
