import { expect, it, onTestFinished } from 'vitest';
import { createCli, eventually } from '../testing/e2e/cli.ts';
import { remainingProcesses } from '../testing/e2e/leaks.ts';

const patienceMs = 180_000;

it('brings back every service that is killed, and goes on counting', async () => {
  const cli = await createCli();
  onTestFinished(() => cli.dispose());
  const counted = async () => {
    const { stdout } = await cli.run(['stats', '--json']);
    return [...stdout.matchAll(/"message_count": (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  };

  const up = await cli.run(['up', '--demo', '-d', '--ports', 'auto', '--timeout', '200'], {
    WINDOW_SIZE_SECONDS: '86400',
  });
  expect(up.exitCode, up.stderr).toBe(0);
  const victims = (await cli.stack()).services;
  expect(victims.map(({ name }) => name)).toEqual([
    'kafka',
    'cassandra',
    'processor',
    'simulator',
    'ingest',
    'api',
  ]);
  for (const { pid } of victims) process.kill(pid ?? 0, 'SIGKILL');
  const healed = await eventually(
    cli.stack,
    ({ state, services }) => state === 'healthy' && services.every(({ restarts }) => restarts > 0),
    patienceMs,
  );
  expect(healed.services.some(({ pid }) => victims.some((victim) => victim.pid === pid))).toBe(false);
  const before = await counted();
  expect(await eventually(counted, (count) => count > before, patienceMs)).toBeGreaterThan(before);
  expect((await cli.run(['down'])).exitCode).toBe(0);
  expect(await remainingProcesses(cli.home, 0)).toEqual([]);
}, 600_000);
