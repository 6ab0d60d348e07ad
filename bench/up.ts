/**
 * `npm run bench -- up [--repetitions 3]`: from `twitchstats up --demo` to the first counted message, everything at hand,
 * against the two servers alone as their own scripts start them, one after the other. Then what the idle stack takes.
 */
import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { runningStack } from '../src/stack/discover.ts';
import { packagePaths } from '../src/stack/paths.ts';
import { interleave } from './lib/compare.ts';
import { firstCount } from './lib/first-count.ts';
import { processCost } from './lib/process-cost.ts';
import type { Result } from './lib/results.ts';
import { spread } from './lib/statistics.ts';
import { startStockServers } from './lib/stock-servers.ts';
import { undoable } from './lib/undo.ts';
import { waitUntil } from './lib/wait-until.ts';

const HEALTHY_MS = 120_000;
const ARCHIVED_MS = 300_000;
const say = (line: string) => process.stdout.write(`${line}\n`);

export default async function up(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({ args, options: { repetitions: { type: 'string', default: '3' } } });
  const home = await mkdtemp(join(tmpdir(), 'twitchstats-bench-up-'));
  const stock = await mkdtemp(join(tmpdir(), 'twitchstats-bench-stock-'));
  const resident: number[] = [];
  say('up: ms until the first counted message (ours), until both servers answer (stock); lower is better');
  try {
    const [ours, peer] = await interleave(
      [
        { name: 'twitchstats up --demo', run: () => ourStart(home, resident) },
        { name: 'stock servers, one after the other', run: () => stockStart(stock) },
      ],
      Number(values.repetitions),
      say,
    );
    if (ours === undefined || peer === undefined) return [];
    for (const { name, figure } of [ours, peer])
      say(`${name}: ${seconds(figure.median)} s (${seconds(figure.low)}–${seconds(figure.high)})`);
    return [
      {
        what: 'warm `up --demo` to the first counted message',
        unit: 'ms',
        ours: ours.figure,
        peer: { name: 'the two stock servers, one after the other, until they answer', figure: peer.figure },
        bar: { is: 'at most', bar: 0.6, aim: 0.3 },
      },
      {
        what: 'the whole stack, 5 s after it was ready, resident',
        unit: 'MiB',
        // The first, unmeasured round is of a stack without class-data archives.
        ours: spread(resident.slice(1)),
        bar: { is: 'at most', bar: 2560 },
      },
    ];
  } finally {
    await rm(home, { recursive: true, force: true });
    await rm(stock, { recursive: true, force: true });
  }
}

async function ourStart(home: string, resident: number[]): Promise<number> {
  const since = Date.now();
  const started = performance.now();
  const stack = execa(
    process.execPath,
    [packagePaths.cli, 'up', '--demo', '--ports', 'auto', '--timeout', '600', '--home', home],
    {
      reject: false,
      all: true,
    },
  );
  const stop = undoable(async () => {
    stack.kill('SIGINT');
    await stack;
  });
  try {
    await firstCount(stack, home, since);
    const tookMs = performance.now() - started;
    await untilHealthy(home);
    await sleep(5000);
    resident.push(residentMib(home));
    // The first, unmeasured round leaves the class-data archives behind.
    await untilArchived(home);
    return tookMs;
  } finally {
    await stop();
  }
}

function untilHealthy(home: string): Promise<void> {
  const asked = [packagePaths.cli, 'status', '--quiet', '--home', home];
  const isHealthy = async () => (await execa(process.execPath, asked, { reject: false })).exitCode === 0;
  return waitUntil('a stack that is healthy', isHealthy, { withinMs: HEALTHY_MS });
}

function untilArchived(home: string): Promise<void> {
  const archives = () => readdirSync(join(home, 'cache')).filter((name) => name.endsWith('.jsa')).length;
  return waitUntil('the class-data archives of three JVMs', () => archives() >= 3, { withinMs: ARCHIVED_MS });
}

/** Of all its processes; memory that they share is counted for each. */
function residentMib(home: string): number {
  const state = runningStack(home);
  const pids = [state?.supervisor.pid, ...(state?.services ?? []).map(({ process }) => process?.pid)];
  return pids.filter((pid) => pid !== undefined).reduce((sum, pid) => sum + processCost(pid).residentMiB, 0);
}

async function stockStart(directory: string): Promise<number> {
  const { tookMs, stop } = await startStockServers(directory);
  await stop();
  return tookMs;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
