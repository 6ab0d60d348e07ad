import { expect, it, onTestFinished } from 'vitest';
import { type PageApi, startPageApi } from '../../testing/page-api.ts';
import { pastWindow, stats } from '../../testing/page-data.ts';
import { runCli } from '../../testing/run-cli.ts';

/** Two channels with past windows in the archive. */
async function archived(): Promise<{ api: PageApi; env: Record<string, string> }> {
  const api = await startPageApi();
  onTestFinished(() => api.stop());
  for (const name of ['forsen', 'xqc']) {
    api.count(stats(name, 5));
    api.archive.windows.push(pastWindow(name, 1, 200), pastWindow(name, 2, 100));
  }
  return { api, env: { TWITCHSTATS_API_URL: api.url } };
}

it('shows the windows of a channel, oldest first', async () => {
  const { env } = await archived();
  const { code, stdout } = await runCli(['stats', 'forsen', '--history', '--tz', 'UTC'], { env });
  expect(code).toBe(0);
  const [header, ...rows] = stdout.trim().split('\n');
  expect(header?.split(/\s+/)).toEqual(['WINDOW', 'MESSAGES', 'CHATTERS', 'HEARD', 'TOP_EMOTE']);
  expect(rows.map((row) => row.replace(/^\S+Z\s+/, '').replace(/\s+/g, ' '))).toEqual([
    '100 3 100 % Kappa 4',
    '200 3 100 % Kappa 4',
  ]);
});

it('gives one channel as its object, several and all as {channels}', async () => {
  const { env } = await archived();
  const json = async (...argv: string[]) =>
    JSON.parse((await runCli(['stats', ...argv, '--history', '--json'], { env })).stdout);
  expect(await json('#forsen')).toMatchObject({
    channel_name: 'forsen',
    windows: [{ message_count: 100 }, { message_count: 200 }],
  });
  expect(await json('xqc', 'forsen')).toMatchObject({
    channels: [{ channel_name: 'xqc' }, { channel_name: 'forsen' }],
  });
  expect((await json()).channels).toHaveLength(2);
});

it('says that there is none', async () => {
  const { api, env } = await archived();
  api.archive.windows.splice(0);
  const { code, stderr } = await runCli(['stats', 'forsen', '--history', '--last', '1h'], { env });
  expect([code, stderr]).toEqual([0, 'No window started in that time.\n']);
});

it('takes a range for past windows alone, and does not follow them', async () => {
  const { env } = await archived();
  const last = await runCli(['stats', 'forsen', '--last', '1h'], { env });
  expect([last.code, last.stderr]).toEqual([
    2,
    'error: --last is about past windows\nnext: Add --history.\n',
  ]);
  const both = await runCli(['stats', '--history', '--follow'], { env });
  expect([both.code, both.stderr]).toEqual([
    2,
    'error: --history and --follow exclude each other\nnext: See `twitchstats --help`.\n',
  ]);
});
