import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AppError } from '../contract/errors.ts';
import { captureStream } from '../testing/run-cli.ts';
import { createOutput, type OutputOptions } from './output.ts';

const plain: OutputOptions = { json: false, quiet: false, color: true };
const terminal = { columns: 80, rows: 24 };

function setUp(options: Partial<OutputOptions>, at?: typeof terminal, env: Record<string, string> = {}) {
  const stdout = captureStream(at);
  const stderr = captureStream(at);
  const io = { stdin: process.stdin, stdout, stderr, env, cwd: '/' };
  return { output: createOutput(io, { ...plain, ...options }), stdout, stderr };
}

describe('output', () => {
  it('shows an answer for eyes, and as the plain object with --json', () => {
    const human = setUp({}, terminal);
    human.output.object({ count: 1 }, () => 'one');
    expect(human.stdout.written()).toBe('one\n');
    const json = setUp({ json: true }, terminal);
    json.output.object({ count: 1 }, () => 'one');
    expect(JSON.parse(json.stdout.written())).toEqual({ count: 1 });
  });

  it('writes records as lines of JSON when stdout is no terminal', async () => {
    const { output, stdout } = setUp({});
    await output.record({ n: 1 }, () => 'one');
    await output.record({ n: 2 }, () => 'two');
    expect(stdout.written()).toBe('{"n":1}\n{"n":2}\n');
  });

  it('keeps words off stdout, and mutes them with --quiet', () => {
    const { output, stdout, stderr } = setUp({});
    output.note('starting');
    expect([stdout.written(), stderr.written()]).toEqual(['', 'starting\n']);
    const quiet = setUp({ quiet: true });
    quiet.output.note('starting');
    expect(quiet.stderr.written()).toBe('');
  });

  it.each([
    ['a terminal', terminal, {}, { TERM: 'xterm-256color' }, true],
    ['no terminal', undefined, {}, { TERM: 'xterm-256color' }, false],
    ['NO_COLOR', terminal, {}, { TERM: 'xterm', NO_COLOR: '1' }, false],
    ['a dumb terminal', terminal, {}, { TERM: 'dumb' }, false],
    ['--no-color', terminal, { color: false }, { TERM: 'xterm' }, false],
  ])('paints for %s or not', (_what, at, options, env, painted) => {
    const { output, stdout } = setUp(options, at, env);
    output.object({}, (paint) => paint.red('x'));
    expect(stdout.written().includes('\x1b[')).toBe(painted);
  });

  it('lets no sequence of chat reach a terminal, even where a renderer forgot', async () => {
    const { output, stdout, stderr } = setUp({}, terminal);
    await output.record({}, () => 'a\x1b]0;owned\x07b');
    output.note('c\x1b[2Jd');
    output.warn('e\x9b2Jf');
    output.error(new AppError('CQL_FAILED', 'g\x1bch', { detail: 'i\x1b[Hj', hint: 'k\x07l' }));
    expect(stdout.written()).toBe('ab\n');
    expect(stderr.written().replace(/\x1b\[\d+m/g, '')).toBe('cd\nwarning: ef\nerror: gh\n  ij\nnext: kl\n');
  });

  it('lets no colour of others reach a pipe', () => {
    const { output, stdout } = setUp({});
    output.object({}, () => 'a\x1b[8mb\nc');
    expect(stdout.written()).toBe('ab\nc\n');
  });

  it('waits for a slow reader, and ends the wait when the reader leaves', async () => {
    const slow = new Writable({ highWaterMark: 1, write: () => undefined });
    const { stderr } = setUp({});
    const output = createOutput({ stdin: process.stdin, stdout: slow, stderr, env: {}, cwd: '/' }, plain);
    let written = false;
    const writing = output.text('more than a byte').then(() => {
      written = true;
    });
    await new Promise(setImmediate);
    expect(written).toBe(false);
    slow.destroy();
    await writing;
    expect(written).toBe(true);
  });
});
