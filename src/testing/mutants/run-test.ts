import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { execa } from 'execa';
import { z } from 'zod';
import { ending } from '../scratch.ts';
import type { CatchingTest, Verdict } from './mutant.ts';

export interface TestRun {
  /** Of a test by its name: of the one that was run, and of all others that ran along with it. */
  verdict(name: string): Verdict;
  /** The end of what was printed, for a verdict that nobody expected. */
  readonly output: string;
}

/** Runs the one test in a copy of the tree; builds the processor first where that matters. */
export async function runTest(directory: string, test: CatchingTest): Promise<TestRun> {
  if (test.kind === 'spec') return runSpec(directory, test);
  if (test.kind === 'integration' && test.jar) {
    const built = await run(directory, 'mvn', [
      '-q',
      '-B',
      '-f',
      'processor/pom.xml',
      'package',
      '-Dmaven.test.skip=true',
    ]);
    if (built.exitCode !== 0) return broken(built.output);
  }
  return runVitest(directory, test);
}

const vitestReport = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({ title: z.string(), status: z.string(), failureMessages: z.array(z.string()).default([]) }),
      ),
    }),
  ),
});

async function runVitest(directory: string, { kind, file, name }: CatchingTest): Promise<TestRun> {
  const reports = join(directory, 'reports');
  mkdirSync(reports, { recursive: true });
  const report = join(reports, 'vitest.json');
  rmSync(report, { force: true });
  const { output } = await run(directory, 'npx', [
    ...['vitest', 'run', '--project', kind, file, '-t', `${escapeRegExp(name)}$`],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ]);
  const results = existsSync(report)
    ? vitestReport.parse(JSON.parse(readFileSync(report, 'utf8')))
    : undefined;
  const result = results?.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .find(({ title }) => title === name);
  return { verdict: () => judge(result), output };
}

function judge(
  result: { readonly status: string; readonly failureMessages: readonly string[] } | undefined,
): Verdict {
  if (result?.status === 'passed') return 'passed';
  // A test that throws for want of a name or a module has judged nothing.
  const isJudgement = result?.failureMessages.some((message) =>
    /^(AssertionError|Error: (Property|expect))/.test(message),
  );
  return isJudgement ? 'failed' : 'broken';
}

/** Surefire runs whole specs; the report says what became of the one test. */
async function runSpec(directory: string, { file }: CatchingTest): Promise<TestRun> {
  const reports = join(directory, 'processor', 'target', 'surefire-reports');
  rmSync(reports, { recursive: true, force: true });
  const spec = basename(file, '.scala');
  const { output } = await run(directory, 'mvn', [
    '-q',
    '-B',
    '-f',
    'processor/pom.xml',
    'test',
    `-Dtest=${spec}`,
  ]);
  const report = existsSync(reports)
    ? readdirSync(reports).find((entry) => entry.startsWith('TEST-') && entry.endsWith(`.${spec}.xml`))
    : undefined;
  if (report === undefined) return broken(output);
  const xml = readFileSync(join(reports, report), 'utf8');
  return { verdict: (name) => verdictOf(xml, name), output };
}

/** `<failure>` is an assertion that does not hold, `<error>` anything else that was thrown. */
function verdictOf(xml: string, name: string): Verdict {
  const cases = xml.split('<testcase ').slice(1);
  const found = cases.find((text) => text.slice(0, text.indexOf('>')).includes(`name="${escapeXml(name)}"`));
  if (found === undefined) return 'broken';
  if (found.includes('<failure')) return 'failed';
  return found.includes('<error') ? 'broken' : 'passed';
}

function broken(output: string): TestRun {
  return { verdict: () => 'broken', output };
}

async function run(cwd: string, file: string, args: readonly string[]) {
  const { exitCode, all } = await ending(
    execa(file, args, { cwd, all: true, reject: false, stdin: 'ignore' }),
  );
  return { exitCode, output: String(all ?? '').slice(-4000) };
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}
