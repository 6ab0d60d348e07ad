import { describe, expect, it } from 'vitest';
import { AppError } from '../contract/errors.ts';
import { foreign, hostileText, withoutOwnSequences } from '../testing/hostile-text.ts';
import { captureStream } from '../testing/run-cli.ts';
import { seeded } from '../testing/seeded.ts';
import { createLogger } from './logger.ts';
import { createOutput } from './output.ts';
import { renderTable } from './table.ts';

const random = seeded(20261123);
const corpus = Array.from({ length: 10_000 }, () => hostileText(random));
const terminal = { columns: 100, rows: 30 };

function terminalIo() {
  const stdout = captureStream(terminal);
  const stderr = captureStream(terminal);
  return { stdin: process.stdin, stdout, stderr, env: { TERM: 'xterm-256color' }, cwd: '/' };
}

describe('ten thousand hostile messages', () => {
  it('are hostile', () => {
    expect(corpus.filter((text) => foreign.test(withoutOwnSequences(text))).length).toBeGreaterThan(7_000);
  });

  it('put no control character of theirs on a terminal by the output module', async () => {
    const io = terminalIo();
    const output = createOutput(io, { json: false, quiet: false, color: true });
    for (const text of corpus) {
      output.object({ text }, (paint) => paint.red(text));
      await output.record({ text }, (paint) => `${paint.dim('x')} ${text}`);
      output.note(text);
      output.warn(text);
      output.error(new AppError('CQL_FAILED', text, { detail: text, hint: text }));
    }
    for (const written of [io.stdout.written(), io.stderr.written()]) {
      expect(written.length).toBeGreaterThan(100_000);
      expect(foreignLines(written)).toEqual([]);
    }
  });

  it('put none on a terminal by tables, which keep their rows', () => {
    const table = renderTable([{ title: 'MESSAGE', value: (text: string) => text }], corpus.slice(0, 1_000));
    expect(table.split('\n')).toHaveLength(1_001);
    expect(foreignLines(table)).toEqual([]);
  });

  it('put none on a terminal by the log, in its words, its fields or its errors', async () => {
    const io = terminalIo();
    const log = createLogger(io, { LOG_LEVEL: 'info', NODE_ENV: 'development' }, 'test', { colorize: true });
    for (const text of corpus.slice(0, 2_000)) {
      log.info({ username: text, nested: { [text]: [text] }, err: new Error(text) }, text);
    }
    log.info('the last');
    await expect.poll(() => io.stderr.written()).toContain('the last');
    expect(io.stderr.written().length).toBeGreaterThan(100_000);
    expect(foreignLines(io.stderr.written())).toEqual([]);
  });

  it('come back from the log of production as they were, and hold no control character in it', async () => {
    const io = terminalIo();
    const log = createLogger(io, { LOG_LEVEL: 'info', NODE_ENV: 'production' }, 'test');
    const texts = corpus.slice(0, 2_000);
    for (const text of texts) log.info({ username: text }, 'said');
    expect(foreignLines(io.stderr.written())).toEqual([]);
    const lines = io.stderr.written().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).username)).toEqual(texts);
  });

  it('come back from JSON as they were, and hold no control character in it', async () => {
    const io = terminalIo();
    const output = createOutput(io, { json: true, quiet: false, color: true });
    for (const text of corpus) await output.record({ text }, String);
    const lines = io.stdout.written().trimEnd().split('\n');
    expect(foreignLines(io.stdout.written())).toEqual([]);
    expect(lines.map((line) => JSON.parse(line).text)).toEqual(corpus);
  });
});

function foreignLines(written: string): string[] {
  return written.split('\n').filter((line) => foreign.test(withoutOwnSequences(line)));
}

describe('the pretty log', () => {
  it('is on stderr and says what happened', async () => {
    const io = terminalIo();
    createLogger(io, { LOG_LEVEL: 'info', NODE_ENV: 'development' }, 'test', { colorize: true }).info(
      { channel: 'forsen' },
      'joined',
    );
    await expect.poll(() => io.stderr.written()).toMatch(/INFO[\s\S]*joined[\s\S]*channel[\s\S]*forsen/);
  });
});
