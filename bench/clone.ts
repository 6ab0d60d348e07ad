/**
 * `npm run bench -- clone [--repetitions 1] [--cold]`: from `git clone` of this commit to the first counted message, by the
 * two commands of the README: `npm ci`, then `up --demo`. With `--cold` npm, Maven and coursier begin with empty caches, so
 * that the network is measured too; else they have what they fetched before.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { firstCount } from './lib/first-count.ts';
import type { Result } from './lib/results.ts';
import { spread } from './lib/statistics.ts';
import { undoable } from './lib/undo.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const say = (line: string) => process.stdout.write(`${line}\n`);
const steps = ['git clone', 'npm ci', 'up --demo'] as const;

export default async function clone(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({
    args,
    options: { repetitions: { type: 'string', default: '1' }, cold: { type: 'boolean', default: false } },
  });
  const runs: number[][] = [];
  for (let round = 0; round < Number(values.repetitions); round++) {
    const seconds = await fromClone(values.cold);
    runs.push(seconds);
    say(steps.map((step, index) => `${step} ${seconds[index]?.toFixed(1)} s`).join(', '));
  }
  const caches = values.cold ? 'empty caches' : 'warm caches';
  const of = (pick: (seconds: readonly number[]) => number) => spread(runs.map(pick));
  return [
    {
      what: `clone to the first counted message, ${caches}`,
      unit: 's',
      ours: of((seconds) => seconds.reduce((sum, step) => sum + step, 0)),
    },
    ...steps.map((step, index) => ({
      what: `${step}, ${caches}`,
      unit: 's',
      ours: of((seconds) => seconds[index] ?? 0),
    })),
  ];
}

/** Seconds of each step. */
async function fromClone(isCold: boolean): Promise<number[]> {
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-bench-clone-'));
  const [tree, home] = [join(directory, 'twitchstats'), join(directory, 'home')];
  const env = isCold ? emptyCaches(directory) : {};
  const seconds: number[] = [];
  let since = performance.now();
  const lap = () => {
    const now = performance.now();
    seconds.push((now - since) / 1000);
    since = now;
  };
  try {
    await execa('git', ['clone', '--quiet', root, tree]);
    lap();
    await execa('npm', ['ci'], { cwd: tree, env });
    lap();
    const startedAt = Date.now();
    const stack = execa('npx', ['twitchstats', 'up', '--demo', '--ports', 'auto', '--home', home], {
      cwd: tree,
      env,
      reject: false,
      all: true,
    });
    const stop = undoable(async () => {
      await execa('npx', ['twitchstats', 'down', '--home', home], { cwd: tree, reject: false });
      await stack;
    });
    try {
      await firstCount(stack, home, startedAt);
      lap();
    } finally {
      await stop();
    }
    return seconds;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function emptyCaches(directory: string): Record<string, string> {
  return {
    npm_config_cache: join(directory, 'npm'),
    MAVEN_ARGS: `-Dmaven.repo.local=${join(directory, 'maven')}`,
    MAVEN_OPTS: `-Dmaven.repo.local=${join(directory, 'maven')}`,
    COURSIER_CACHE: join(directory, 'coursier'),
  };
}
