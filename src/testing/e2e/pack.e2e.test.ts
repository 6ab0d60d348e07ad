import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { eventually } from './cli.ts';
import { remainingProcesses } from './leaks.ts';
import { canBeAlone, type NoNetwork, withoutNetwork } from './no-network.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const alone = canBeAlone ? ', with no network at all once everything was fetched' : '';

it(`runs from its package, installed into an empty folder${alone}`, async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'twitchstats-pack-')));
  const home = join(folder, 'home');
  const project = join(folder, 'project');
  mkdirSync(project);
  const bin = join(project, 'node_modules', '.bin', 'twitchstats');
  let network: NoNetwork | undefined;
  const run = (...args: string[]) => {
    const [file = bin, ...rest] = [...(network?.prefix ?? []), bin, ...args, '--home', home];
    return execa(file, rest, { cwd: project, reject: false });
  };
  onTestFinished(async () => {
    await run('down');
    network?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--omit=dev'];
  await execa('npm', ['install', ...quiet, join(folder, tarball)], { cwd: project });

  if (canBeAlone) {
    expect((await run('fetch')).exitCode).toBe(0);
    network = await withoutNetwork();
  }
  const up = await run('up', '--demo', '-d', '--ports', 'auto', '--timeout', '200');
  expect(up.exitCode, up.stderr).toBe(0);
  const counted = await eventually(
    async () =>
      z.object({ channels: z.array(z.object({ message_count: z.number() })) }).parse(await stats(run)),
    ({ channels }) => channels.some(({ message_count }) => message_count > 0),
    120_000,
  );
  expect(counted.channels.length).toBeGreaterThan(0);
  const down = await run('down');
  expect(down.exitCode, down.stderr).toBe(0);
  expect(down.stderr).toContain('Everything is stopped: no process left, all ports free.');
  expect(await remainingProcesses(home, 0)).toEqual([]);
});

async function stats(run: (...args: string[]) => PromiseLike<{ stdout: string }>): Promise<unknown> {
  const { stdout } = await run('stats', '--json');
  return stdout === '' ? { channels: [] } : JSON.parse(stdout);
}
