import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { homePaths } from '../../stack/paths.ts';
import { captureStream, runCli } from '../../testing/run-cli.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'logs-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

it.each([
  ['logs', 'kafak'],
  ['logs', '-f', 'kafak'],
])('a service there is not is refused: %s %s', async (...argv) => {
  const { code, stderr } = await runCli([...argv, '--home', home]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('There is no log of kafak')]);
});

it('without names it follows those too that have not run yet', async () => {
  const ended = new AbortController();
  const stdout = captureStream();
  const { logs } = homePaths(home);
  const say = (service: string) => writeFileSync(join(logs, `${service}.log`), `${service} speaks\n`);
  mkdirSync(logs, { recursive: true });
  say('kafka');
  const running = runCli(['logs', '-f', '--home', home], { stdout, signal: ended.signal });
  await expect.poll(() => stdout.written(), { timeout: 20_000 }).toContain('kafka speaks');
  say('api');
  await expect.poll(() => stdout.written(), { timeout: 20_000 }).toContain('api speaks');
  ended.abort();
  expect(await running).toMatchObject({ code: 0, stderr: '' });
});
