import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { type LogRecord, openLog } from '../../kafka/log-connection.ts';
import { readLog } from '../../kafka/log-reader.ts';
import { archiveChat, chat, commitAll } from '../../testing/chat.ts';
import { runNodeOnTerminal } from '../../testing/pseudo-terminal.ts';
import { runCli } from '../../testing/run-cli.ts';
import { sharedPipeline } from '../../testing/shared-pipeline.ts';

const start = Date.now() - 7_200_000;
/** Some of them in the same millisecond. */
const sent = chat({ seed: 31, messages: 500, start, stepMs: 0.7 });
const inOrder = [...sent].sort((a, b) => a.timestamp - b.timestamp || (a.message_id < b.message_id ? 1 : -1));
const texts = inOrder.map(({ message }) => message);

describe('replay', () => {
  const pipeline = sharedPipeline((settings) => archiveChat(settings, sent));
  const { settings, env } = pipeline;

  const replay = async (...args: string[]) => {
    const result = await runCli(['replay', ...args], { env, cwd: pipeline.shell.directory });
    return { ...result, lines: result.stdout.split('\n').slice(0, -1) };
  };
  const asText = ['--template', '{{message}}'];

  it('prints a channel whole, oldest first, and proves it', async () => {
    const { code, lines, stderr } = await replay('channel_70001');
    expect(code).toBe(0);
    expect(lines.map((line): ChatMessage => JSON.parse(line))).toEqual(inOrder);
    expect(stderr).toMatch(/^channel_70001: 500 rows read = 500 lines written \(.*rows\/s\)\n$/);
  });

  it('cuts ranges that meet without a gap', async () => {
    const middle = start + 100;
    const first = await replay('70001', ...asText, '--to', String(middle));
    const second = await replay('70001', ...asText, '--from', String(middle), '--last', '1h');
    expect(second.code).toBe(2);
    const rest = await replay('70001', ...asText, '--from', String(middle));
    expect([...first.lines, ...rest.lines]).toEqual(texts);
  });

  it('accounts for what its filters keep out', async () => {
    const { lines, stderr } = await replay('70001', ...asText, '--user', '1003', '--match', 'Kappa');
    const expected = inOrder.filter(
      ({ user_id, message }) => user_id === '1003' && message.includes('Kappa'),
    );
    expect(lines).toEqual(expected.map(({ message }) => message));
    expect(stderr).toContain(
      `500 rows read = ${expected.length} lines written + ${500 - expected.length} filtered out`,
    );
  });

  it('resumes where it ended, in the middle of a millisecond too', async () => {
    const all: string[] = [];
    for (const limit of ['1', '1', '2', '7', '100', '1000', '1000']) {
      const { code, lines, stderr } = await replay(
        '70001',
        ...asText,
        '--limit',
        limit,
        '--resume',
        'c.cursor',
      );
      expect(code, stderr).toBe(0);
      all.push(...lines);
    }
    expect(all).toEqual(texts);
  });

  it('leaves a file alone that is no cursor', async () => {
    await pipeline.shell.run('echo mine > notes.txt');
    const { code, stderr } = await replay('70001', '--resume', 'notes.txt');
    expect([code, stderr.split('\n').length]).toEqual([1, 3]);
    expect(await readFile(join(pipeline.shell.directory, 'notes.txt'), 'utf8')).toBe('mine\n');
  });

  it('puts a channel back into Kafka, keyed and whole', async () => {
    const topic = settings.KAFKA_TOPIC_CHAT_MESSAGES;
    const { code, stdout, stderr } = await replay('channel_70001', '--to-topic', topic);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain(`500 rows read = 500 records acknowledged by ${topic}`);
    const log = await openLog(settings, { topic, clientId: 'test' }, new AbortController().signal);
    const span = { from: await log.offsets('beginning'), to: await log.offsets('end') };
    const records: LogRecord[] = [];
    for await (const piece of readLog(log, span)) records.push(...piece);
    await log.close();
    expect(new Set(records.map(({ key }) => String(key)))).toEqual(new Set(['70001']));
    expect(records.map(({ value }): ChatMessage => JSON.parse(String(value)))).toEqual(
      inOrder.map((message) => ({ ...message, channel_name: 'channel_70001' })),
    );
  });

  it('stops, when it will be resumed, before what the archiver has not written yet', async () => {
    const resumed = () => replay('70001', ...asText, '--resume', 'behind.cursor');
    await commitAll(settings, 'low');
    expect((await resumed()).lines).toEqual([]);
    await commitAll(settings);
    expect((await resumed()).lines).toEqual(texts);
  });

  it('ends when its place cannot be written down', async () => {
    const topic = settings.KAFKA_TOPIC_CHAT_MESSAGES;
    const { code, stderr } = await replay('70001', '--to-topic', topic, '--resume', 'none/such.cursor');
    expect(code).toBe(1);
    expect(stderr).toContain('error: Cannot write ');
    await commitAll(settings);
  });

  it('says how to make a topic that is missing', async () => {
    const { code, stderr } = await replay('70001', '--to-topic', 'no-such-topic');
    expect(code).toBe(3);
    expect(stderr).toContain('error: There is no topic no-such-topic');
    expect(stderr).toContain('KAFKA_TOPIC_CHAT_MESSAGES=no-such-topic twitchstats bootstrap');
  });

  it('keeps the rhythm without losing a message', async () => {
    // 350 ms of chat.
    expect((await replay('70001', ...asText, '--speed', '2x')).lines).toEqual(texts);
  });

  it('names the channel that was meant', async () => {
    const { code, stderr } = await replay('chanel_70001');
    expect(code).toBe(1);
    expect(stderr).toContain('next: Did you mean channel_70001?');
  });

  it('ends at once, with 0, when its reader leaves', async () => {
    const { code, stdout } = await pipeline.shell.run('twitchstats replay 70001 --speed 1x | head -n 1');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ ...inOrder[0], channel_name: '70001' });
  });

  it('ends in order on Ctrl-C, and passes over nothing that may still lie in a pipe', async () => {
    const stop = new AbortController();
    const run = runCli(['replay', '70001', '--speed', '0.01x', '--resume', 'stopped.cursor', ...asText], {
      env,
      cwd: pipeline.shell.directory,
      signal: stop.signal,
    });
    setTimeout(() => stop.abort(), 1500);
    const { code, stdout } = await run;
    expect(code).toBe(0);
    const written = stdout.split('\n').slice(0, -1);
    const rest = await replay('70001', ...asText, '--resume', 'stopped.cursor');
    expect(written).toEqual(texts.slice(0, written.length));
    expect(rest.lines).toEqual(texts);
  });

  it('shows how far it is on a terminal while its lines go elsewhere, and takes that away again', async () => {
    const redirected = `
      const { spawnSync } = await import('node:child_process');
      const { openSync } = await import('node:fs');
      const stdio = ['inherit', openSync('/dev/null', 'w'), 'inherit'];
      process.on('SIGINT', () => undefined);
      const argv = ['--import', 'tsx', 'src/testing/cli-main.ts', 'replay', '70001', '--speed', '0.001x'];
      process.exitCode = spawnSync(process.execPath, argv, { stdio }).status;
    `;
    const terminal = runNodeOnTerminal(['--input-type=module', '-e', redirected], { env });
    await terminal.shows(/\d+ rows · \d+ rows\/s · about \d+ s left/);
    terminal.type('\x03');
    const { exitCode } = await terminal.ended;
    expect(exitCode, terminal.screen().join('\n')).toBe(130);
    expect(terminal.screen().join('\n')).not.toContain('left');
    expect(terminal.screen().join('\n')).toMatch(/rows read = \d+ lines written .*interrupted/);
    expect(terminal.isCursorHidden()).toBe(false);
  }, 120_000);
});
