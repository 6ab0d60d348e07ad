import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { ProcessService } from '../../stack/service.ts';
import { startVictim, type Victim } from './victim.ts';

/**
 * A service that notes the pid of each of its runs, and is ready with it. In `run` a shell says what the run with a number
 * does before that: `[ $run = 2 ] && exit 1`.
 */
async function startFake(run: string): Promise<{ victim: Victim; pids: () => Promise<number[]> }> {
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-victim-'));
  const runs = join(directory, 'runs');
  const ready = join(directory, 'ready');
  const script = `echo $$ >> ${runs}; run=$(wc -l < ${runs}); ${run}; echo $$ > ${ready}; exec sleep 600`;
  const service: ProcessService = {
    kind: 'process',
    name: 'ingest',
    dependsOn: [],
    command: '/bin/sh',
    args: ['-c', script],
    env: {},
    cwd: directory,
    ports: {},
    prepare: () => rm(ready, { force: true }),
    ready: { periodMs: 5, probe: () => readFile(ready, 'utf8') },
    shutdown: { signal: 'SIGTERM', timeoutMs: 5000 },
    restart: { limit: 5, withinMs: 60_000, firstDelayMs: 1, maxDelayMs: 1 },
  };
  const { signal } = new AbortController();
  const victim = await startVictim('fake', service, join(directory, 'log'), signal);
  onTestFinished(async () => {
    await victim.stop();
    await rm(directory, { recursive: true, force: true });
  });
  const pids = async () => (await readFile(runs, 'utf8')).trim().split('\n').map(Number);
  return { victim, pids };
}

/** As if it had crashed. */
async function crash(pids: () => Promise<number[]>): Promise<void> {
  process.kill((await pids()).at(-1) ?? 0, 'SIGKILL');
}

const kinds = (victim: Victim) => victim.ownEnds().map(({ kind }) => kind);
const kill = { kind: 'kill', pauseMs: 0 } as const;

it('starts one again that ended by itself, also when its first start fails', async () => {
  const { victim, pids } = await startFake('[ $run = 2 ] && { echo no luck; exit 1; }');
  await crash(pids);
  await vi.waitFor(async () => expect(await pids()).toHaveLength(3), 5000);
  await victim.suffer(kill);
  expect(await pids()).toHaveLength(4);
  expect(victim.ownEnds()).toMatchObject([
    { name: 'fake', service: 'ingest', kind: 'ended', how: 'killed by SIGKILL' },
    { kind: 'failed to start', how: 'ingest ended while starting (exit code 1): no luck' },
  ]);
});

it('gives up one that never starts again, and says so: no rejection is left to end the soak', async () => {
  const { victim, pids } = await startFake('[ $run != 1 ] && exit 1');
  await crash(pids);
  await vi.waitFor(() => expect(kinds(victim)).toContain('given up'), 20_000);
  expect(kinds(victim).filter((kind) => kind === 'failed to start')).toHaveLength(19);
  await expect(victim.suffer(kill)).rejects.toThrow('ended while starting');
}, 60_000);

it('starts one once that ended by itself while a fault was waiting for it', async () => {
  const { victim, pids } = await startFake('true');
  const [pid = 0] = await pids();
  const paused = victim.suffer({ kind: 'pause', pauseMs: 500 });
  const killed = victim.suffer(kill);
  process.kill(pid, 'SIGKILL');
  await Promise.all([paused, killed]);
  await victim.suffer(kill);
  expect(kinds(victim)).toEqual(['ended']);
  expect(await pids()).toHaveLength(4);
});

it('counts a fault as no end of its own', async () => {
  const { victim, pids } = await startFake('true');
  await victim.suffer(kill);
  await victim.suffer({ kind: 'restart', pauseMs: 0 });
  expect(await victim.suffer({ kind: 'pause', pauseMs: 20 })).toBeGreaterThanOrEqual(20);
  expect(await pids()).toHaveLength(3);
  expect(victim.ownEnds()).toEqual([]);
});
