import { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { run } from '../../main.ts';
import { chat, produceChat, produceRecords } from '../../testing/chat.ts';
import { captureStream, runCli } from '../../testing/run-cli.ts';
import { sharedPipeline } from '../../testing/shared-pipeline.ts';

const channels = ['70001', '70002', '70003', '70004'] as const;
const sent = chat({
  seed: 21,
  messages: 400,
  start: Date.UTC(2019, 0, 1),
  stepMs: 50,
  channels: [...channels],
});

describe('tail', () => {
  const pipeline = sharedPipeline((settings) => produceChat(settings, sent));
  const { settings, env } = pipeline;

  const tail = async (...args: string[]) => {
    const result = await runCli(['tail', ...args], { env });
    return { ...result, lines: result.stdout.split('\n').slice(0, -1) };
  };

  it('prints every message that arrived lately, whole, and ends', async () => {
    const { code, lines, stderr } = await tail();
    expect([code, stderr]).toEqual([0, '']);
    const messages = lines.map((line): ChatMessage => JSON.parse(line));
    expect(messages).toHaveLength(400);
    for (const channel of channels) {
      const of = (list: readonly ChatMessage[]) => list.filter(({ channel_id }) => channel_id === channel);
      expect(of(messages)).toEqual(of(sent));
    }
  });

  it('finds channels by name and id, users and texts', async () => {
    const { lines } = await tail('channel_70002', '70003', '--user', 'viewer_7', '--match', 'Kappa');
    const expected = sent.filter(
      ({ channel_id, username, message }) =>
        ['70002', '70003'].includes(channel_id) && username === 'viewer_7' && message.includes('Kappa'),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect(lines.map((line) => JSON.parse(line).message_id).sort()).toEqual(
      expected.map(({ message_id }) => message_id).sort(),
    );
  });

  it('prints the newest lines, or ends at a limit', async () => {
    const of2 = sent.filter(({ channel_id }) => channel_id === '70002').map(({ message }) => message);
    const template = ['--template', '{{message}}'];
    expect((await tail('70002', '-n', '3', ...template)).lines).toEqual(of2.slice(-3));
    expect((await tail('70002', '--limit', '3', ...template)).lines).toEqual(of2.slice(0, 3));
  });

  it('looks at the time of arrival, not at that of sending', async () => {
    expect((await tail('--since', '1h', '--limit', '1')).lines).toHaveLength(1);
    const nothing = await tail('--from', '2019-01-01', '--to', '2019-02-01');
    expect([nothing.code, nothing.stdout]).toEqual([0, '']);
    expect(nothing.stderr).toContain('No messages.');
  });

  it('names the channel that was meant', async () => {
    const { code, stdout, stderr } = await tail('chanel_70001');
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toBe('No messages of chanel_70001. Did you mean channel_70001?\n');
  });

  it('refuses what it cannot understand before it connects', async () => {
    for (const wrong of [
      ['--since', 'blah'],
      ['--match', '('],
      ['--template', '{{x}}'],
      ['--follow', '--to', 'now'],
      ['--tz', 'Mars'],
      ['--limit', '0'],
    ]) {
      const { code, stderr } = await runCli(['tail', ...wrong], { env: { KAFKA_BROKERS: '127.0.0.1:1' } });
      expect(code, stderr).toBe(2);
    }
  });

  it('follows: the newest ten, then what arrives, until the limit', async () => {
    const stdout = captureStream();
    const io = { stdin: Readable.from([]), stdout, stderr: captureStream(), env, cwd: '/' };
    const lines = () => stdout.written().split('\n').slice(0, -1);
    const argv = ['tail', '70004', '--follow', '--limit', '12', '--template', '{{message}}'];
    const ended = run(argv, io, new AbortController().signal);
    await vi.waitFor(() => expect(lines()).toHaveLength(10), 20_000);
    const more = chat({ seed: 22, messages: 3, start: Date.now(), stepMs: 1, channels: ['70004'] });
    await produceChat(settings, more);
    expect(await ended).toBe(0);
    const before = sent.filter(({ channel_id }) => channel_id === '70004').slice(-10);
    expect(lines()).toEqual([...before, ...more.slice(0, 2)].map(({ message }) => message));
  });

  it('counts what is no message, and goes on', async () => {
    await produceRecords(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES, [{ key: '70009', value: '{' }]);
    const { code, lines, stderr } = await tail('--since', '1h');
    expect(code).toBe(0);
    expect(lines.length).toBeGreaterThanOrEqual(400);
    expect(stderr).toContain('1 record is no message;');
  });

  it('ends at once, with 0, when its reader leaves', async () => {
    const { code, stdout, stderr } = await pipeline.shell.run(
      'twitchstats tail --since 1h --follow -n 400 | head -n 1',
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty('message_id');
  });

  it('ends in order on Ctrl-C', async () => {
    const stop = new AbortController();
    const following = runCli(['tail', '--follow'], { env, signal: stop.signal });
    stop.abort();
    expect(await following).toMatchObject({ code: 0, stdout: '' });
  });
});
