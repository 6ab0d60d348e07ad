/**
 * `npm test`: everything, one after the other so that two cores are enough: unit tests, the processor's own, the
 * integration tests on real servers, the end-to-end tests. Ends in one line that a person can read.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { ending, endOnSignals, scratchDirectory } from './scratch.ts';

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
});

endOnSignals();
const scratch = scratchDirectory('twitchstats-test-');
if ((await command('npm', ['run', '--silent', 'build'])) !== 0) {
  // The tests would run what was built before.
  process.stderr.write('the build failed: nothing was tested\n');
  process.exit(1);
}
const steps: [string, () => Promise<Tally>][] = [
  ['unit', () => vitest('unit')],
  ['processor', processorSpecs],
  ['integration', () => vitest('integration')],
  ['end to end', () => vitest('e2e')],
];
const tallies: [string, Tally][] = [];
for (const [name, run] of steps) {
  process.stdout.write(`\n── ${name} ──\n`);
  tallies.push([name, await run()]);
}
const total = sum(tallies.map(([, tally]) => tally));
process.stdout.write('\n');
for (const [name, tally] of tallies) process.stdout.write(`${name}: ${inWords(tally)}\n`);
process.stdout.write(`\n${inWords(total)}\n`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

async function command(file: string, args: string[]): Promise<number> {
  const { exitCode } = await ending(
    execa(file, args, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { TEST_CLASS_ARCHIVES: 'make' },
      reject: false,
    }),
  );
  return exitCode ?? 1;
}

async function vitest(project: string): Promise<Tally> {
  const report = join(scratch, `${project}.json`);
  const exitCode = await command('npx', [
    ...['vitest', 'run', '--project', project],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ]);
  // Without a report the runner itself failed, and has said why.
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const parsed = vitestReport.parse(JSON.parse(readFileSync(report, 'utf8')));
  // A file that does not load, or a global setup that fails, fails no test: it still counts as one failure.
  const failed = Math.max(parsed.numFailedTests, exitCode === 0 ? 0 : 1);
  return { passed: parsed.numPassedTests, failed, skipped: parsed.numPendingTests };
}

async function processorSpecs(): Promise<Tally> {
  const reports = 'processor/target/surefire-reports';
  rmSync(reports, { recursive: true, force: true });
  const exitCode = await command('mvn', ['-q', '-B', '-f', 'processor/pom.xml', 'test']);
  const tally = sum(surefireReports(reports));
  return { ...tally, failed: Math.max(tally.failed, exitCode === 0 ? 0 : 1) };
}

function surefireReports(directory: string): Tally[] {
  return listFiles(directory)
    .filter((name) => name.startsWith('TEST-') && name.endsWith('.xml'))
    .map((name) => {
      const header = readFileSync(join(directory, name), 'utf8').slice(0, 4096);
      const count = (attribute: string) =>
        Number(new RegExp(`<testsuite[^>]* ${attribute}="(\\d+)"`).exec(header)?.[1] ?? 0);
      const failed = count('failures') + count('errors');
      const skipped = count('skipped');
      return { passed: count('tests') - failed - skipped, failed, skipped };
    });
}

function listFiles(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function sum(tallies: readonly Tally[]): Tally {
  const add = (key: keyof Tally) => tallies.reduce((total, tally) => total + tally[key], 0);
  return { passed: add('passed'), failed: add('failed'), skipped: add('skipped') };
}

function inWords({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
