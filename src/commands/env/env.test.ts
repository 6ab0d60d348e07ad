import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { identityOf } from '../../stack/identity.ts';
import { writeStackState } from '../../stack/state.ts';
import { runCli } from '../../testing/run-cli.ts';
import { emptyStack } from '../../testing/stack-state.ts';

async function envOf({ demo }: { readonly demo: boolean }): Promise<Record<string, string>> {
  const home = mkdtempSync(join(tmpdir(), 'twitchstats-env-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const settings = { KAFKA_BROKERS: '127.0.0.1:9', TWITCH_IRC_URL: 'ws://127.0.0.1:6680' };
  const self = identityOf(process.pid) ?? { pid: 0, started: '' };
  writeStackState(home, { ...emptyStack(self), demo, settings });
  const { code, stdout } = await runCli(['env', '--home', home, '--json']);
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

it('says where the servers are, and of a demo not its chat, which the next `up` would read in place of Twitch', async () => {
  const real = await envOf({ demo: false });
  expect(real).toMatchObject({
    KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9',
    TWITCH_IRC_URL: 'ws://127.0.0.1:6680',
  });
  const demo = await envOf({ demo: true });
  expect(demo).toMatchObject({ KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9' });
  expect(demo).not.toHaveProperty('TWITCH_IRC_URL');
});
