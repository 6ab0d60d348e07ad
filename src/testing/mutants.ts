/**
 * `npm run test:mutants [name…]`: plants defects, one at a time, in a copy of the tree, and runs the one test that must
 * catch each: first without it, then with it. Ends in a table, with 1 when a defect survives.
 */
import { fileURLToPath } from 'node:url';
import { mutants } from './mutants/catalogue.ts';
import type { CatchingTest, Mutant } from './mutants/mutant.ts';
import { copyTree, type Field } from './mutants/plant.ts';
import { runTest, type TestRun } from './mutants/run-test.ts';
import { endOnSignals, scratchDirectory } from './scratch.ts';
import { usageOf } from './script-usage.ts';

interface Outcome {
  readonly mutant: Mutant;
  readonly isCaught: boolean;
  readonly said: string;
  readonly seconds: number;
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const names = process.argv.slice(2);
if (names.includes('--help')) {
  const known = mutants.map(({ name }) => name).join(', ');
  process.stdout.write(`${usageOf(new URL(import.meta.url))}\nThere are: ${known}.\n`);
  process.exit(0);
}
const unknown = names.filter((name) => !mutants.some((mutant) => mutant.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `unknown: ${unknown.join(', ')} (there are: ${mutants.map(({ name }) => name).join(', ')})\n`,
  );
  process.exit(2);
}
const wanted = mutants.filter(({ name }) => names.length === 0 || names.includes(name));
const startedAt = Date.now();
endOnSignals();
const field = copyTree(
  fileURLToPath(new URL('../..', import.meta.url)),
  scratchDirectory('twitchstats-mutants-'),
);
const outcomes: Outcome[] = [];
const sound = new Map<string, TestRun>();
for (const mutant of wanted) {
  const outcome = await attempt(field, mutant, sound);
  outcomes.push(outcome);
  say(
    `${outcome.isCaught ? 'caught ' : 'ALIVE  '} ${mutant.name.padEnd(24)} ${outcome.seconds} s  ${outcome.said}`,
  );
}
const alive = outcomes.filter(({ isCaught }) => !isCaught);
say(
  `\n${outcomes.length - alive.length} of ${outcomes.length} defects caught in ${Math.round((Date.now() - startedAt) / 1000)} s`,
);
process.exitCode = alive.length === 0 ? 0 : 1;

/** @param sound how tests ended without any defect, by test */
async function attempt(field: Field, mutant: Mutant, sound: Map<string, TestRun>): Promise<Outcome> {
  const from = Date.now();
  const end = (isCaught: boolean, said: string): Outcome => ({
    mutant,
    isCaught,
    said,
    seconds: Math.round((Date.now() - from) / 1000),
  });
  const { directory } = field;
  const before = sound.get(keyOf(mutant.test)) ?? (await runTest(directory, mutant.test));
  sound.set(keyOf(mutant.test), before);
  const soundVerdict = before.verdict(mutant.test.name);
  if (soundVerdict !== 'passed') {
    return end(false, `the test ${soundVerdict} without the defect\n${before.output}`);
  }
  const takeOut = field.plant(mutant);
  try {
    const run = await runTest(directory, mutant.test);
    const verdict = run.verdict(mutant.test.name);
    if (verdict === 'failed') return end(true, mutant.test.name);
    return end(false, `${verdict} with the defect: ${mutant.test.name}\n${run.output}`);
  } finally {
    takeOut();
  }
}

/** A spec is run as a whole, so one run of it tells of all its tests. */
function keyOf({ kind, file, name }: CatchingTest): string {
  return kind === 'spec' ? file : `${file} ${name}`;
}
