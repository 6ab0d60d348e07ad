import { Readable } from 'node:stream';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { run } from '../../main.ts';
import { channelView, type FakeStreamApi, startFakeStreamApi } from '../../testing/fake-stream-api.ts';
import { runOnTerminal } from '../../testing/pseudo-terminal.ts';
import { captureStream } from '../../testing/run-cli.ts';

let api: FakeStreamApi;
beforeEach(async () => {
  api = await startFakeStreamApi();
  onTestFinished(() => api.close());
  api.publish(channelView('forsen', { message_count: 1 }));
  api.publish(channelView('xqc', { message_count: 7 }));
});

/** `stats ARGV… --follow` that goes on until it is ended. */
function follow(argv: readonly string[], terminal?: { columns: number; rows: number }) {
  const stdout = captureStream(terminal);
  const ended = new AbortController();
  const io = {
    stdin: Readable.from([]),
    stdout,
    stderr: captureStream(),
    env: { TWITCHSTATS_API_URL: api.url, NO_COLOR: '1' },
    cwd: process.cwd(),
  };
  const code = run(['stats', ...argv, '--follow'], io, ended.signal);
  return {
    lines: () => stdout.written().split('\n').slice(0, -1),
    end: () => {
      ended.abort();
      return code;
    },
  };
}

const patience = { timeout: 20_000 };

it('ends, as a process too, with 3 where nobody answers', async () => {
  const terminal = runOnTerminal(['stats', '--follow'], {
    env: { TWITCHSTATS_API_URL: 'http://127.0.0.1:1', TWITCHSTATS_HOME: '/nonexistent' },
  });
  onTestFinished(() => terminal.kill('SIGKILL'));
  expect(await terminal.ended).toEqual({ exitCode: 3, signal: 0 });
});

it('writes a JSON line a change into a pipe, until it is interrupted', async () => {
  const following = follow(['forsen']);
  const counts = () => following.lines().map((line) => JSON.parse(line).message_count);
  await expect.poll(counts, patience).toEqual([1]);
  api.publish(channelView('xqc', { message_count: 8 }));
  api.publish(channelView('forsen', { message_count: 2 }));
  await expect.poll(counts, patience).toEqual([1, 2]);
  expect(await following.end()).toBe(0);
});

it('writes lines for eyes on a terminal, hostile names made harmless', async () => {
  api.publish(channelView('for\u001b]0;x\u0007sen\u202e', { message_count: 3 }));
  const following = follow([], { columns: 100, rows: 30 });
  await expect.poll(() => following.lines().length, patience).toBe(3);
  expect(await following.end()).toBe(0);
  expect(following.lines().every((line) => /^\d\d:\d\d:\d\d \S+ +\d+ messages/.test(line))).toBe(true);
  expect(following.lines().join('')).not.toMatch(/[\u001b\u0007\u202e]/);
});
