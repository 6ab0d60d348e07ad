import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { run } from '../../main.ts';
import { captureStream } from '../../testing/run-cli.ts';
import { simulateCommand } from './command.ts';

it.each([
  ['5', 5],
  ['alpha,#Beta', ['alpha', 'beta']],
  ['24', 24],
])('--channels %s', (text, channels) => {
  expect(simulateCommand.schema.parse({ channels: text })).toMatchObject({ channels });
});

it.each([
  [{ channels: '0' }, /1 to 10000/],
  [{ channels: 'no spaces' }, /names separated by commas/],
  [{ rate: '-1' }, /rate/],
])('refuses %j', (options, message) => {
  expect(JSON.stringify(simulateCommand.schema.safeParse(options).error?.issues)).toMatch(message);
});

it('takes the time of the first line as every other time is taken', async () => {
  const stderr = captureStream();
  const io = { stdin: Readable.from([]), stdout: captureStream(), stderr, env: {}, cwd: process.cwd() };
  const code = await run(['simulate', '--start-time', 'yesterdayish'], io, new AbortController().signal);
  expect([code, stderr.written()]).toEqual([
    2,
    expect.stringContaining('--start-time: "yesterdayish" is not a time'),
  ]);
});

it.each([
  ['--ledger', 'x.jsonl'],
  ['--seed', '0'],
  ['--lines', '5'],
  ['--start-time', 'now'],
])('refuses %s with --file', async (flag, value) => {
  const stderr = captureStream();
  const io = { stdin: Readable.from([]), stdout: captureStream(), stderr, env: {}, cwd: process.cwd() };
  const argv = ['simulate', '--file', 'chat.irc', flag, value];
  expect(await run(argv, io, new AbortController().signal)).toBe(2);
  expect(stderr.written()).toContain(`${flag} goes with made-up chat, not with --file`);
});

it('ends though somebody is connected who asks for nothing', async () => {
  const stdout = captureStream();
  const io = { stdin: Readable.from([]), stdout, stderr: captureStream(), env: {}, cwd: process.cwd() };
  const stop = new AbortController();
  const ended = run(['simulate', '--json', '--port', '0'], io, stop.signal);
  await expect.poll(stdout.written, { timeout: 20_000 }).toContain('"url"');
  const silent = connect(JSON.parse(stdout.written()).port, '127.0.0.1');
  onTestFinished(() => void silent.destroy());
  await once(silent, 'connect');
  stop.abort();
  await ended;
});

it.runIf(existsSync('/dev/full'))('ends when its ledger finds no room', async () => {
  const stdout = captureStream();
  const stderr = captureStream();
  const io = { stdin: Readable.from([]), stdout, stderr, env: {}, cwd: process.cwd() };
  const argv = 'simulate --json --port 0 --channels alpha --rate 1000 --ledger /dev/full'.split(' ');
  const ended = run(argv, io, new AbortController().signal);
  await expect.poll(stdout.written, { timeout: 20_000 }).toContain('"url"');
  const client = new WebSocket(JSON.parse(stdout.written()).url);
  onTestFinished(() => client.close());
  client.on('open', () => client.send('NICK justinfan1\r\nJOIN #alpha'));
  expect(await ended).toBe(1);
  expect(stderr.written()).toMatch(/OUTPUT_UNWRITABLE.*\/dev\/full/);
});
