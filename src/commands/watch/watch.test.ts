import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channelView, type FakeStreamApi, startFakeStreamApi } from '../../testing/fake-stream-api.ts';
import { type PseudoTerminal, runNodeOnTerminal, runOnTerminal } from '../../testing/pseudo-terminal.ts';
import { captureStream, runCli } from '../../testing/run-cli.ts';

let api: FakeStreamApi;
let env: Record<string, string>;

beforeEach(async () => {
  api = await startFakeStreamApi();
  env = { TWITCHSTATS_API_URL: api.url, TWITCHSTATS_HOME: '/nonexistent' };
  api.publish(channelView('forsen', { message_count: 1234 }));
  api.publish(channelView('xqc', { message_count: 99 }));
});
afterEach(() => api.close());

describe('watch without a terminal', () => {
  it('prints one frame as text, without an escape code', async () => {
    for (const argv of [['watch'], ['watch', '--once']]) {
      const { code, stdout, stderr } = await runCli(argv, { env });
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/2 channels[\s\S]*forsen +1,234[\s\S]*xqc +99[\s\S]*API healthy/);
      expect(stdout).not.toContain('\x1b');
    }
  });

  it('prints one frame on a terminal, too, with --once, and on a dumb one', async () => {
    const terminal = { columns: 80, rows: 24 };
    for (const [argv, TERM] of [
      [['watch', '--once'], 'xterm-256color'] as const,
      [['watch'], 'dumb'] as const,
    ]) {
      const { stdout } = await runCli(argv, { env: { ...env, TERM }, terminal });
      expect(stdout).toContain('forsen');
      expect(stdout).not.toContain('\x1b');
    }
  });

  it('prints it on a terminal that does not know its size', async () => {
    const { stdout } = await runCli(['watch', '--once'], { env, terminal: { columns: 0, rows: 0 } });
    expect(stdout).toContain('forsen');
  });

  it('shows the channel that is asked for, and names one that nobody knows', async () => {
    const { stdout } = await runCli(['watch', 'XQC', '--once'], { env });
    expect(stdout).toMatch(/ xqc {3}99 messages/);
    for (const json of [[], ['--json']]) {
      const unknown = await runCli(['watch', 'nobody', '--once', ...json], { env });
      expect(unknown.code).toBe(1);
      expect(unknown.stderr).toMatch(/No channel \\?"nobody\\?" has been counted/);
    }
  });

  it('writes a JSON line an update until it is interrupted', async () => {
    const ended = new AbortController();
    const stdout = captureStream();
    const running = runCli(['watch', 'forsen', '--json'], { env, signal: ended.signal, stdout });
    while (api.streams() === 0) await new Promise(setImmediate);
    api.publish(channelView('forsen', { message_count: 1235 }));
    api.publish(channelView('xqc', { message_count: 100 }));
    api.publish(channelView('forsen', { message_count: 1236 }));
    const counts = () =>
      stdout
        .written()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).message_count);
    await expect.poll(counts).toEqual([1234, 1235, 1236]);
    ended.abort();
    expect((await running).code).toBe(0);
  });

  it('says where it looked when no API answers', async () => {
    await api.close();
    const { code, stderr } = await runCli(['watch', '--once'], { env });
    api = await startFakeStreamApi();
    expect(code).toBe(3);
    expect(stderr).toContain('ECONNREFUSED');
  });
});

describe('watch on a terminal', () => {
  let terminal: PseudoTerminal;

  /** Whatever ends it, the terminal is as it was. */
  async function expectRestored(exitCode: number, signal = 0) {
    expect(await terminal.ended).toEqual({ exitCode, signal });
    expect(terminal.isAlternate()).toBe(false);
    expect(terminal.isCursorHidden()).toBe(false);
    expect(terminal.screen().join('')).toMatch(/^Watched 2 channels for \d+ s: \d+ ?messages counted\.$/);
  }

  beforeEach(async () => {
    terminal = runOnTerminal(['watch'], { env });
    await terminal.shows(/forsen +1,234/);
    expect(terminal.isAlternate()).toBe(true);
  });
  afterEach(() => terminal.kill('SIGKILL'));

  it('shows what changes, answers keys, and leaves with q', async () => {
    api.publish(channelView('forsen', { message_count: 1240 }));
    await terminal.shows(/forsen +1,240/);
    terminal.type('?');
    await terminal.shows(/leave the dashboard/);
    terminal.type('?/xq\r');
    await terminal.shows(/xqc(?![\s\S]*forsen)[\s\S]*\/xq /);
    terminal.type('\x1b');
    await terminal.shows(/forsen/);
    terminal.type('q');
    await expectRestored(0);
  });

  it('shows one channel with its chat, and comes back', async () => {
    terminal.type('j\r');
    await terminal.shows(/█████████ +1,234[\s\S]* 77 [\s\S]*CHAT/);
    while (api.streams() < 2) await new Promise(setImmediate);
    const { channel_id, channel_name } = channelView('forsen');
    const said = {
      channel_id,
      channel_name,
      message_id: '1',
      user_id: '1',
      username: 'viewer',
      timestamp: Date.now(),
      emotes: [],
    };
    api.say({ ...said, message: 'hello \x1b[2J\x1b]0;owned\x07there' });
    await terminal.shows(/viewer +hello there/);
    expect(terminal.raw()).not.toContain('owned');
    terminal.type('\x1b');
    await terminal.shows(/CHANNEL/);
    while (api.streams() > 1) await new Promise(setImmediate);
  });

  it('is clean after every resize, and its keys work on a terminal that is too small', async () => {
    for (const [columns, rows] of [
      [60, 15],
      [140, 50],
      [100, 30],
    ] as const) {
      terminal.resize(columns, rows);
      const whole = `(?=.{${columns - 13}}\\n).*(● live|○ no data for \\d+\\w)\\n`;
      await terminal.shows(new RegExp(`^ twitchstats ${whole}[\\s\\S]*\\nq quit.*\\s*$`));
      expect(terminal.screen().filter((line) => line.includes('CHANNEL'))).toHaveLength(1);
    }
    terminal.resize(30, 8);
    await terminal.shows(/^Too small\nneeds 40x10,\nhas 30x\d\nq quits\s*$/);
    terminal.type('q');
    await expectRestored(0);
  });

  it('looks dead when the stream is, and alive again afterwards', async () => {
    api.refuse(true);
    api.drop();
    await terminal.shows(/✗ reconnecting for/);
    api.refuse(false);
    await terminal.shows(/○ no data for/);
    api.publish(channelView('forsen', { message_count: 1300, last_updated: Date.now() }));
    await terminal.shows(/● live/);
  });

  it.each(['\x03', 'j\x03', '/xq\x03'])(
    'leaves with Ctrl-C and exit code 130: %j in one piece',
    async (keys) => {
      terminal.type(keys);
      await expectRestored(130);
    },
  );

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('leaves in order on %s', async (signal, exitCode) => {
    terminal.kill(signal);
    await expectRestored(exitCode);
  });

  it('writes nothing but its own control sequences', () => {
    const rest = terminal.raw().replace(/\x1b\[[?\d;]*[A-Za-z]|[\r\n]/g, '');
    expect(rest).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
  });
});

describe('watch that crashes', () => {
  it('leaves the terminal as it was, with the error on the normal screen', async () => {
    const crash = "data:text/javascript,process.on('SIGUSR2', () => { throw new Error('a bug') })";
    const cli = fileURLToPath(new URL('../../testing/cli-main.ts', import.meta.url));
    const terminal = runNodeOnTerminal(['--import', 'tsx', '--import', crash, cli, 'watch'], { env });
    await terminal.shows(/forsen/);
    terminal.kill('SIGUSR2');
    expect((await terminal.ended).exitCode).not.toBe(0);
    expect(terminal.isAlternate()).toBe(false);
    expect(terminal.isCursorHidden()).toBe(false);
    expect(terminal.screen().join('\n')).toContain('Error: a bug');
  });
});
