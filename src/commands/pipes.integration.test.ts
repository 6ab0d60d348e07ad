import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootstrap } from '../bootstrap/bootstrap.ts';
import type { Settings } from '../config/settings.ts';
import { settingsEnv } from '../stack/settings-env.ts';
import { archiveChat, chat, produceChat } from '../testing/chat.ts';
import { channelView, type FakeStreamApi, startFakeStreamApi } from '../testing/fake-stream-api.ts';
import { dropAll } from '../testing/own-settings.ts';
import { testSettings } from '../testing/pipeline.ts';
import { runCli } from '../testing/run-cli.ts';
import { createShell } from '../testing/shell.ts';
import { commands } from './registry.ts';

const sent = chat({ seed: 5, messages: 300, start: Date.now() - 60_000, stepMs: 10 });
const [message] = sent;
const channel = 'channel_70001';

/** A use of every command that answers with --json; those that start or stop a stack have end-to-end tests. */
const uses: readonly (readonly string[])[] = [
  ['status'],
  ['doctor'],
  ['logs'],
  ['env'],
  ['bootstrap'],
  ['watch', '--once'],
  ['stats', channel],
  ['tail', '--since', '1h'],
  ['replay', channel],
  ['verify', '--wait', '1s'],
  ['inspect', 'topics'],
  ['inspect', 'lag'],
  ['inspect', 'gaps'],
  ['inspect', 'dead-letters'],
  ['inspect', 'message', message?.message_id ?? ''],
  ['inspect', 'partitions'],
  ['inspect', 'ttl', channel],
  ['inspect', 'compaction'],
  ['inspect', 'trace', channel],
  ['inspect', 'consistency'],
  ['inspect', 'batch', '--rows', '1000'],
  ['forget', '--user', '1001', '--dry-run'],
  ['cql', 'SELECT release_version FROM system.local'],
];
/** No stack runs here, the machine is as it is, and the windows may still be open. */
const otherCodes: Readonly<Record<string, readonly number[]>> = {
  status: [3],
  env: [3],
  doctor: [0, 1],
  verify: [0, 1, 3],
};
const elsewhere = ['up', 'down', 'restart', 'fetch', 'simulate'];

let settings: Settings;
let api: FakeStreamApi;
let home: string;

beforeAll(async () => {
  settings = testSettings();
  await bootstrap(settings);
  await produceChat(settings, sent);
  await archiveChat(settings, sent);
  api = await startFakeStreamApi();
  api.publish(channelView(channel, { message_count: 300 }));
  home = mkdtempSync(join(tmpdir(), 'twitchstats-pipes-'));
});
afterAll(async () => {
  rmSync(home, { recursive: true, force: true });
  await Promise.all([api.close(), dropAll(settings)]);
});

const env = () => ({ ...settingsEnv(settings), TWITCHSTATS_API_URL: api.url, TWITCHSTATS_HOME: home });

describe('every command that has --json', () => {
  it('is used here', () => {
    const all = commands.flatMap((command) =>
      'commands' in command
        ? command.commands.map(({ name }) => `${command.name} ${name}`)
        : command.json === undefined
          ? []
          : [command.name],
    );
    const used = [
      ...elsewhere,
      ...uses.map(([name, inner]) => (name === 'inspect' ? `${name} ${inner}` : name)),
    ];
    expect(all.filter((name) => !used.includes(name))).toEqual([]);
  });

  it.each(uses.map((argv) => [argv.join(' '), argv] as const))(
    '%s: stdout is JSON and nothing else',
    async (_name, argv) => {
      const { code, stdout, stderr } = await runCli([...argv, '--json'], { env: env() });
      expect(otherCodes[argv[0] ?? ''] ?? [0]).toContain(code);
      expect(stderr).not.toContain('"INTERNAL"');
      for (const document of documents(stdout)) expect(() => JSON.parse(document)).not.toThrow();
      expect(stdout).not.toContain('\x1b');
    },
  );
});

describe('a reader that leaves', () => {
  it('ends a stream at once, with exit code 0 and no words', async () => {
    await produceChat(settings, chat({ seed: 6, messages: 3_000, start: Date.now(), stepMs: 1 }));
    const shell = await createShell(env());
    const { code, stdout, stderr } = await shell.run('twitchstats tail --since 1h | head -n 1');
    await shell.dispose();
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ channel_id: '70001' });
  });
});

/** One indented object, or one object a line. */
function documents(stdout: string): string[] {
  if (stdout.startsWith('{\n') || stdout.startsWith('[')) return [stdout];
  return stdout.split('\n').filter((line) => line !== '');
}
