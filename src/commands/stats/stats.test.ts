import { expect, test } from 'vitest';
import { buildTestApp } from '../../testing/api-app.ts';
import { runCli } from '../../testing/run-cli.ts';

const start = 1_784_030_400_000;

/** The real API over a cache that holds these channels; answers where it listens. */
async function servedChannels(...names: string[]): Promise<{ env: Record<string, string> }> {
  const { app, cache } = await buildTestApp({ now: () => start + 60_000 });
  for (const [index, name] of names.entries()) {
    const record = {
      channel_id: String(index + 1),
      channel_name: name,
      message_count: 1250 + index,
      window_start: start,
      window_end: start + 600_000,
      window_duration_seconds: 600,
      top_emotes: [{ emote: 'Kappa', count: 40 }],
      coverage: 0.5,
      updated_at: start + 55_000,
    };
    cache.apply(record.channel_id, Buffer.from(JSON.stringify(record)), start);
  }
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { env: { TWITCHSTATS_API_URL: url } };
}

test('one channel with --json is its plain object', async () => {
  const { code, stdout } = await runCli(['stats', '#forsen', '--json'], await servedChannels('forsen'));
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ channel_id: '1', message_count: 1250, current: true });
});

test('one channel for eyes, hostile names made harmless', async () => {
  const { stdout } = await runCli(['stats', '1'], await servedChannels('for\u001b]0;x\u0007sen\u202e'));
  expect(stdout).toContain('channel    forsen (1)\n');
  expect(stdout).toContain('messages   1250 (heard 50 % of the window)\n');
  expect(stdout).toContain('emotes     Kappa 40\n');
});

test('several channels, or all, are a table or {channels}', async () => {
  const served = await servedChannels('forsen', 'xqc', 'quin69');
  const table = await runCli(['stats'], served);
  expect(table.stdout.split('\n').map((line) => line.split(/\s+/)[0])).toEqual([
    'CHANNEL',
    'quin69',
    'xqc',
    'forsen',
    '',
  ]);
  const two = await runCli(['stats', 'xqc', 'forsen', '--json'], served);
  expect(JSON.parse(two.stdout).channels).toMatchObject([
    { channel_name: 'xqc' },
    { channel_name: 'forsen' },
  ]);
});

test('an unknown channel is CHANNEL_UNKNOWN', async () => {
  const { code, stderr, stdout } = await runCli(
    ['stats', 'nobody', '--json'],
    await servedChannels('forsen'),
  );
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(JSON.parse(stderr).error).toMatchObject({
    code: 'CHANNEL_UNKNOWN',
    detail: 'No counts for "nobody".',
  });
});

test('where nothing listens is API_UNREACHABLE, exit 3', async () => {
  const env = { TWITCHSTATS_API_URL: 'http://127.0.0.1:23999' };
  const { code, stderr } = await runCli(['stats', 'forsen'], { env });
  expect(code).toBe(3);
  expect(stderr).toContain('error: Cannot reach the API at http://127.0.0.1:23999\n');
  expect(stderr).toContain('ECONNREFUSED');
});

test('--all and a name exclude each other', async () => {
  const { code, stderr } = await runCli(['stats', 'forsen', '--all'], await servedChannels('forsen'));
  expect([code, stderr]).toEqual([2, expect.stringContaining('--all excludes names')]);
});
