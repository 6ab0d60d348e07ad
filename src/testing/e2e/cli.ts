import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import { type LiveStack, liveStatus } from '../../stack/live-status.ts';
import { supervisorOf } from '../../stack/lock.ts';
import { homePaths } from '../../stack/paths.ts';
import { readStackState } from '../../stack/state.ts';
import { testCaches } from '../embedded.ts';

const bin = fileURLToPath(new URL('../../../bin/twitchstats.js', import.meta.url));

export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** A command that runs: a promise of its result, and a process that takes signals. */
export type CliProcess = ResultPromise<{
  cwd: string;
  env: Record<string, string>;
  reject: false;
  stdin: 'ignore';
}>;

/** The built command line with a home directory of its own, as a user would type it. */
export interface Cli {
  readonly home: string;
  run(args: readonly string[], env?: Record<string, string>): Promise<CliResult>;
  /** Runs and parses stdout as JSON; throws with everything that was printed when the exit code is not 0. */
  json(args: readonly string[], env?: Record<string, string>): Promise<unknown>;
  /** Starts without waiting: for what runs until it is stopped. */
  start(args: readonly string[], env?: Record<string, string>): CliProcess;
  /** What `status` would say. For who waits: starting that command again and again would slow down what it waits for. */
  stack(): Promise<LiveStack>;
  /** Stops the stack under `home`, if one runs, and removes the directory. */
  dispose(): Promise<void>;
}

/** @param cache what is known there of earlier runs. Default: what tests share, so that JVMs start sooner. */
export async function createCli(cache: 'shared' | 'empty' = 'shared'): Promise<Cli> {
  // As names of people make it, in a locale that knows none of that.
  const home = await mkdtemp(join(tmpdir(), 'twitchstats e2e é-'));
  if (cache === 'shared') linkCaches(homePaths(home).cache);
  const start = (args: readonly string[], env: Record<string, string> = {}): CliProcess =>
    execa(process.execPath, [bin, '--home', home, ...args], {
      cwd: home,
      env: { LC_ALL: 'C', ...env, NO_COLOR: '1' },
      reject: false,
      stdin: 'ignore',
    });
  const run = async (args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> => {
    const { stdout, stderr, exitCode } = await start(args, env);
    return { stdout, stderr, exitCode: exitCode ?? -1 };
  };
  return {
    home,
    run,
    start,
    async json(args, env) {
      const result = await run([...args, '--json'], env);
      if (result.exitCode !== 0) {
        throw new Error(
          `twitchstats ${args.join(' ')}: exit ${result.exitCode}\n${result.stdout}\n${result.stderr}`,
        );
      }
      return JSON.parse(result.stdout);
    },
    stack: () => liveStatus(home, AbortSignal.timeout(60_000)),
    async dispose() {
      if (readStackState(home) !== undefined || supervisorOf(home) !== undefined) await run(['down']);
      await rm(home, { recursive: true, force: true });
    },
  };
}

function linkCaches(directory: string): void {
  mkdirSync(directory);
  for (const shared of Object.values(testCaches).filter((path) => existsSync(path))) {
    const whole = readdirSync(shared).filter((file) => /\.(json|jsa)$/.test(file));
    for (const file of whole) symlinkSync(join(shared, file), join(directory, file));
  }
}

/** Asks again and again until `ready` says yes to the answer; fails with the last answer after `timeoutMs`. */
export async function eventually<T>(
  ask: () => Promise<T>,
  ready: (answer: T) => boolean,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (ready(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not reached: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
