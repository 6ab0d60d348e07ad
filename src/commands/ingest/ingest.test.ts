import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startChatServer } from '../../simulator/server.ts';
import { acquireLock } from '../../stack/lock.ts';
import { runCli } from '../../testing/run-cli.ts';
import { readChannelsFile, watchFile } from './channels-file.ts';
import { ingestCommand } from './command.ts';
import { createHeardFile } from './heard-file.ts';
import { type Health, serveHttp } from './http.ts';
import { LostRecords } from './lost-records.ts';
import { createIngestMetrics } from './metrics.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ingest-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('twitchstats ingest', () => {
  it('asks for a channel when none is named', async () => {
    const { code, stderr } = await runCli(['ingest'], { cwd: directory });
    expect(code).toBe(2);
    expect(stderr).toContain('No channel to read');
  });

  it('refuses plain ws:// to anything but this machine', async () => {
    const { code, stderr } = await runCli(['ingest', 'alpha'], {
      cwd: directory,
      env: { TWITCH_IRC_URL: 'ws://irc-ws.chat.twitch.tv:80' },
    });
    expect(code).toBe(2);
    expect(stderr).toContain('plain ws:// is only for loopback');
  });

  it('refuses what is no login', async () => {
    const { code, stderr } = await runCli(['ingest', 'not a login'], { cwd: directory });
    expect(code).toBe(2);
    expect(stderr).toContain('a channel is a Twitch login');
  });

  it('says so when its home cannot be written to, and ends', async () => {
    await writeFile(join(directory, 'file'), '');
    const home = join(directory, 'file');
    const { code, stderr } = await runCli(['--home', home, 'ingest', 'alpha', '--readers', '2'], {
      cwd: directory,
      env: { INGEST_HTTP_PORT: '0' },
    });
    expect(code).toBe(1);
    expect(stderr).toContain(`Cannot write to ${join(home, 'data', 'ingest')}`);
  });

  it('watches its file of channels no more when Twitch refuses the login: that would keep the process', async () => {
    const twitch = await startChatServer({ port: 0 });
    twitch.acceptsLogins = false;
    onTestFinished(() => twitch.close());
    await writeFile(join(directory, 'channels.txt'), 'alpha\n');
    const watchers = () => process.getActiveResourcesInfo().filter((name) => /^FSEvent/i.test(name));
    const before = watchers();
    const { code, stderr } = await runCli(
      ['--home', directory, 'ingest', '--channels-file', 'channels.txt'],
      {
        cwd: directory,
        env: {
          INGEST_HTTP_PORT: '0',
          KAFKA_BROKERS: '127.0.0.1:1',
          TWITCH_IRC_URL: twitch.url,
          TWITCH_USERNAME: 'ann',
          TWITCH_OAUTH_TOKEN: 'oauth:0123456789',
        },
      },
    );
    expect(code).toBe(1);
    expect(stderr).toContain('refused');
    expect(watchers()).toEqual(before);
  });

  it.each([
    ['1000', 1000],
    ['2K', 2048],
    ['1.5 MiB', 1_572_864],
    ['1G', 1_073_741_824],
  ])('reads --spool-limit %s', (text, bytes) => {
    expect(ingestCommand.schema.parse({ spoolLimit: text })).toMatchObject({ spoolLimit: bytes });
  });
});

describe('the file of channels', () => {
  it('has one login a line, with or without #, and remarks', async () => {
    const path = join(directory, 'channels.txt');
    await writeFile(path, '#Forsen\n\n  pajlada // the one\nforsen\r\n// none here\n');
    expect(readChannelsFile(path)).toEqual(['forsen', 'pajlada']);
  });

  it('names the line that is no login', async () => {
    const path = join(directory, 'channels.txt');
    await writeFile(path, 'forsen\nnot a login\n');
    expect(() => readChannelsFile(path)).toThrow(/channels\.txt:2: "not a login"/);
  });

  it('tells of itself at once, and of each change until it is stopped', async () => {
    const path = join(directory, 'channels.txt');
    await writeFile(path, 'forsen\n');
    const told: unknown[] = [];
    const end = watchFile(
      path,
      () => told.push(readChannelsFile(path)),
      (error) => told.push(error),
    );
    await expect.poll(() => told, { timeout: 10_000 }).toEqual([['forsen']]);
    const write = setInterval(() => void writeFile(path, `forsen\npajlada // ${Math.random()}\n`), 300);
    await expect.poll(() => told.at(-1), { timeout: 10_000 }).toEqual(['forsen', 'pajlada']);
    clearInterval(write);
    await end();
  });
});

it('remembers until when channels were heard, and begins anew with a file that cannot be read', async () => {
  const path = join(directory, 'deep', 'heard.json');
  const nothing = { writtenAt: 0, until: new Map(), ids: new Map(), unsafe: undefined };
  expect(createHeardFile(path).read()).toEqual(nothing);
  const from = Date.now();
  createHeardFile(path).write(new Map([['alpha', 123]]), new Map([['alpha', '7']]));
  const { writtenAt, until, ids } = createHeardFile(path).read();
  expect([until, ids]).toEqual([new Map([['alpha', 123]]), new Map([['alpha', '7']])]);
  expect(writtenAt).toBeGreaterThanOrEqual(from);
  createHeardFile(path).write(new Map(), new Map(), new Set(['beta']));
  expect(createHeardFile(path).read().unsafe).toEqual(new Set(['beta']));
  await writeFile(path, '{"heard_until":{"alpha":');
  expect(createHeardFile(path).read()).toEqual(nothing);
});

it('reads a file of before it said when it was written: then, at the latest mark', async () => {
  const path = join(directory, 'heard.json');
  await writeFile(path, '{"heard_until":{"alpha":123,"beta":456}}');
  expect(createHeardFile(path).read().writtenAt).toBe(456);
});

it('does not share its spool with another ingestor', async () => {
  const home = join(directory, 'home');
  const lock = acquireLock(join(home, 'data', 'ingest', 'lock'), home);
  const { code, stderr } = await runCli(['--home', home, 'ingest', 'alpha'], { cwd: directory });
  expect(code).toBe(2);
  expect(stderr).toContain(`Another \`ingest\` (pid ${process.pid}) uses ${join(home, 'data', 'ingest')}`);
  if ('release' in lock) lock.release();
});

it('sums lost messages up into one gap a channel and reason', () => {
  const record = (channel: string, timestamp: number) => ({
    topic: 't',
    key: channel,
    value: JSON.stringify({
      channel_id: channel,
      channel_name: `name_${channel}`,
      user_id: '1',
      username: 'u',
      message: 'x',
      timestamp,
      emotes: [],
    }),
  });
  const lost = new LostRecords('events');
  expect(lost.add([record('7', 500), record('8', 100), record('7', 300)], 'spool full')).toBe(3);
  lost.add([record('7', 900)], 'spool full');
  const marks = new Map([
    ['name_7', 1000],
    ['name_8', 50],
    ['name_9', 1000],
  ]);
  expect([...lost.setBack(marks).values()]).toEqual([300, 50, 1000]);
  expect(lost.takeGaps()).toEqual([
    { type: 'gap', channel_id: '7', channel_name: 'name_7', from: 300, to: 901, reason: 'spool full' },
    { type: 'gap', channel_id: '8', channel_name: 'name_8', from: 100, to: 101, reason: 'spool full' },
  ]);
  expect(lost.takeGaps()).toEqual([]);
  expect(lost.setBack(marks)).toEqual(marks);
});

it('keeps a gap that was told and found no room until it is told again', () => {
  const gap = { type: 'gap', channel_name: 'a', reason: 'closed by Twitch (1006)' } as const;
  const told = (channelId: string | null, from: number, to: number) => ({
    topic: 'events',
    key: 'a',
    value: JSON.stringify({ ...gap, channel_id: channelId, from, to }),
  });
  const lost = new LostRecords('events');
  expect(lost.add([told(null, 10, 20), told('7', 20, 25)], 'disk failed')).toBe(0);
  expect(lost.setBack(new Map([['a', 30]])).get('a')).toBe(10);
  expect(lost.takeGaps()).toEqual([]);
  expect(lost.takeUntold()).toEqual([{ ...gap, channel_id: '7', from: 10, to: 25 }]);
  expect(lost.takeUntold()).toEqual([]);
});

const anyPort = { host: '127.0.0.1', port: 0 };

describe('health and metrics', () => {
  it('answers 200 while it reads, also when some channels are not confirmed, and 503 otherwise', async () => {
    let status: Health['status'] = 'starting';
    const http = await serveHttp(anyPort, () => ({ status }), new Registry());
    const ask = async () => (await fetch(`http://127.0.0.1:${http.port}/health`)).status;
    const answers: number[] = [];
    for (status of ['starting', 'up', 'degraded', 'down'] as const) answers.push(await ask());
    await http.close();
    expect(answers).toEqual([503, 200, 200, 503]);
  });

  it('counts by kind and reason, with few labels whatever Twitch sends', async () => {
    const metrics = createIngestMetrics({
      twitch: () => ({
        state: 'connected',
        connections: { wanted: 1, open: 1 },
        wanted: ['a', 'b'],
        confirmed: ['a'],
        failed: [],
      }),
      spool: () => ({ records: 3, bytes: 400 }),
      unsent: () => 5,
    });
    for (const command of ['PRIVMSG', 'PRIVMSG', 'NEVERHEARDOF', 'UNREADABLE']) metrics.line(command);
    metrics.message(250);
    metrics.skipped('mirrored');
    metrics.dropped(7, 'spool full');
    const text = await metrics.registry.metrics();
    expect(text).toContain('twitchstats_ingest_lines_total{command="PRIVMSG"} 2');
    expect(text).toContain('twitchstats_ingest_lines_total{command="OTHER"} 2');
    expect(text).toContain('twitchstats_ingest_skipped_total{reason="mirrored"} 1');
    expect(text).toContain('twitchstats_ingest_dropped_total{reason="spool full"} 7');
    expect(text).toContain('twitchstats_ingest_channels_wanted 2');
    expect(text).toContain('twitchstats_ingest_spool_records 3');
    expect(metrics.counters()).toMatchObject({ lines: 4, messages: 1, dropped: 7, unsent: 5, spooled: 3 });
  });

  it('names the port that is taken', async () => {
    const first = await serveHttp(anyPort, () => ({ status: 'up' }), new Registry());
    await expect(
      serveHttp({ ...anyPort, port: first.port }, () => ({ status: 'up' }), new Registry()),
    ).rejects.toMatchObject({
      code: 'PORT_IN_USE',
    });
    await first.close();
  });
});
