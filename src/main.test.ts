import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type CommandGroup, defineCommand } from './cli/command.ts';
import { commands } from './commands/registry.ts';
import { AppError } from './contract/errors.ts';
import { type CliOptions, captureStream, runCli } from './testing/run-cli.ts';

const echo = defineCommand({
  name: 'echo',
  summary: 'Say back what was understood',
  arguments: [{ name: 'channel', description: 'channels', variadic: true }],
  options: [
    { flags: '-n, --limit <n>', description: 'at most so many' },
    { flags: '--since-start', description: 'all of it' },
    { flags: '--tag <tag>', description: 'tags', repeatable: true },
  ],
  examples: [['twitchstats echo forsen', 'says forsen']],
  json: 'object',
  schema: z.object({
    channel: z.array(z.string()).default([]),
    limit: z.coerce.number().int().optional(),
    sinceStart: z.boolean().default(false),
    tag: z.array(z.string()).default([]),
  }),
  run: async ({ options, global, output, config }) => {
    const { LOG_LEVEL } = config().settings;
    output.object({ ...options, ...global, LOG_LEVEL }, () => `limit ${options.limit}`);
    return undefined;
  },
});
const handThrough = defineCommand({
  name: 'hand',
  summary: 'Hand arguments through',
  examples: [],
  passThrough: true,
  schema: z.object({ args: z.array(z.string()) }),
  run: async ({ options, output }) => {
    await output.text(options.args.join(' '));
    return 7;
  },
});
const failing = defineCommand({
  name: 'fail',
  summary: 'Fail',
  arguments: [{ name: 'how', description: 'how', required: true }],
  examples: [],
  json: 'stream',
  schema: z.object({ how: z.string() }),
  run: async ({ options, signal }) => {
    if (options.how === 'abort') {
      signal.throwIfAborted();
    }
    if (options.how === 'known') throw new AppError('STACK_NOT_RUNNING', 'No stack runs', { detail: 'none' });
    throw new TypeError('cannot read properties');
  },
});

const group: CommandGroup = {
  name: 'group',
  summary: 'Several commands',
  examples: [['twitchstats group echo', 'one of them']],
  commands: [echo],
};

const cli = (argv: readonly string[], options: CliOptions = {}) =>
  runCli(argv, { commands: [echo, handThrough, failing, group], cwd: tmpdir(), ...options });

describe('run', () => {
  it('prints help on stdout for no words, --help, help and a command', async () => {
    for (const argv of [[], ['--help'], ['help']]) {
      const { code, stdout, stderr } = await cli(argv);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/Commands:[\s\S]*echo[\s\S]*Say back what was understood/);
    }
    for (const argv of [
      ['echo', '--help'],
      ['help', 'echo'],
    ]) {
      const { code, stdout } = await cli(argv);
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /Usage: twitchstats echo[\s\S]*Examples:\n {2}\$ twitchstats echo forsen {2}says forsen/,
      );
    }
  });

  it('prints the version', async () => {
    expect(await cli(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it.each([
    [['--quiet'], /No command was named/],
    [['--json', 'hand'], /`twitchstats hand` has no answer that could be JSON/],
    [['echo', '--home', ''], /--home is empty/],
    [['ecko'], /Unknown command 'ecko'[\s\S]*Did you mean echo\?/i],
    [['help', 'ecko'], /Unknown command 'ecko'[\s\S]*Did you mean echo\?/i],
    [['--no-color', 'help', 'ecko'], /Unknown command 'ecko'[\s\S]*Did you mean echo\?/i],
    [['help', 'group', 'ecko'], /Unknown command 'group ecko'[\s\S]*Did you mean group echo\?/],
    [['help', 'group', 'qqqqqq'], /Unknown command 'group qqqqqq'[\s\S]*See `twitchstats group --help`/],
    [['help', 'echo', 'echo'], /Unknown command 'echo echo'/],
    [['qqqqqq'], /Unknown command 'qqqqqq'[\s\S]*twitchstats --help/],
    [['echo', '--limti', '3'], /Unknown option '--limti'[\s\S]*Did you mean --limit\?/],
    [['echo', '--limit'], /argument missing[\s\S]*twitchstats echo --help/],
    [['echo', '--limit', 'many'], /--limit: expected number[\s\S]*twitchstats echo --help/],
    [['group', 'ecko'], /Unknown command 'ecko'[\s\S]*Did you mean echo\?/i],
    [['group', 'echo', '--limit', 'x'], /`twitchstats group echo`[\s\S]*twitchstats group echo --help/],
    [['group', 'echo', '--limit'], /argument missing[\s\S]*twitchstats group echo --help/],
    [['fail'], /missing required argument 'how'[\s\S]*twitchstats fail --help/i],
    [['--quite', 'echo'], /Unknown option '--quite'[\s\S]*Did you mean --quiet\?/],
  ])('refuses %j with exit code 2 and the next step', async (argv, expected) => {
    const { code, stdout, stderr } = await cli(argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(expected);
  });

  it('reads arguments, repeated options, and global options on either side of the name', async () => {
    const { stdout } = await cli([
      ...['--log-level', 'warn', '--home', '/a', 'echo', 'x', 'y', '--tag', 'p', '--tag', 'q'],
      ...['-n', '3', '--json', '--home', '/b', '--no-color'],
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      channel: ['x', 'y'],
      limit: 3,
      tag: ['p', 'q'],
      home: '/b',
      color: false,
      LOG_LEVEL: 'warn',
    });
  });

  it('finds the commands of a group, and shows its help when it stands alone', async () => {
    const { stdout } = await cli(['--home', '/a', 'group', 'echo', 'x', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ channel: ['x'], home: '/a' });
    for (const argv of [['group'], ['--home', '/a', 'group'], ['group', '--help'], ['help', 'group']]) {
      expect(await cli(argv)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/Commands:[\s\S]*echo/),
      });
    }
    for (const argv of [
      ['group', 'echo', '--help'],
      ['help', 'group', 'echo'],
      ['--no-color', 'help', 'group', 'echo'],
    ])
      expect((await cli(argv)).stdout).toContain('Usage: twitchstats group echo');
  });

  it('hands everything behind a pass-through command over, and its exit code back', async () => {
    const { code, stdout } = await cli(['hand', '--json', '-h', 'status']);
    expect([code, stdout]).toEqual([7, '--json -h status']);
  });

  it('shows an error as what failed, why, and what to type next', async () => {
    const { code, stdout, stderr } = await cli(['fail', 'known']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toBe('error: No stack runs\n  none\nnext: Start it with `twitchstats up`.\n');
  });

  it('shows an error as one JSON object with --json', async () => {
    const { code, stdout, stderr } = await cli(['fail', 'known', '--json']);
    expect([code, stdout]).toEqual([3, '']);
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'STACK_NOT_RUNNING',
        message: 'No stack runs',
        detail: 'none',
        hint: 'Start it with `twitchstats up`.',
        exit_code: 3,
        retryable: true,
      },
    });
    expect(JSON.parse((await cli(['ecko', '--json'])).stderr)).toMatchObject({
      error: { code: 'USAGE', exit_code: 2 },
    });
  });

  it('shows a bug without its stack, which --log-level debug adds, or LOG_LEVEL in the environment', async () => {
    const quiet = await cli(['fail', 'bug']);
    expect(quiet.code).toBe(1);
    expect(quiet.stderr).toContain('cannot read properties');
    expect(quiet.stderr).not.toContain('main.test.ts');
    expect((await cli(['fail', 'bug', '--log-level', 'debug'])).stderr).toContain('main.test.ts');
    expect((await cli(['--log-level=debug', 'fail', 'bug'])).stderr).toContain('main.test.ts');
    const debugging = { env: { LOG_LEVEL: 'debug' } };
    expect((await cli(['fail', 'bug'], debugging)).stderr).toContain('main.test.ts');
    expect((await cli(['fail', 'bug', '--log-level', 'info'], debugging)).stderr).not.toContain(
      'main.test.ts',
    );
  });

  it('takes an aborted signal for a normal end', async () => {
    expect(await cli(['fail', 'abort'], { signal: AbortSignal.abort() })).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  it('never paints what goes into a pipe', async () => {
    const { stderr } = await cli(['fail', 'known'], { env: { TERM: 'xterm-256color' } });
    expect(stderr).not.toContain('\x1b');
    const terminal = { columns: 80, rows: 24 };
    expect((await cli(['fail', 'known'], { env: { TERM: 'xterm-256color' }, terminal })).stderr).toContain(
      '\x1b[31m',
    );
    expect(captureStream().isTTY).toBeUndefined();
  });
});

describe('the commands', () => {
  it('each have a summary, examples that name them, and a help', async () => {
    for (const { name, summary, examples } of commands) {
      expect(summary).toMatch(/[.?]$/);
      for (const [typed] of examples) expect(typed).toContain(`twitchstats ${name}`);
      const { code, stdout } = await runCli(['help', name]);
      expect(code).toBe(0);
      expect(stdout).toContain(`Usage: twitchstats ${name}`);
    }
  });
});
