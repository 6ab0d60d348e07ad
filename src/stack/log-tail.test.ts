import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { endOfLines, lastWords, logTail, rotateLog, sizeOf } from './log-tail.ts';

const directory = mkdtempSync(join(tmpdir(), 'twitchstats-tail-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('the end of a log', () => {
  it('is empty for a file that is not there', () => {
    expect(logTail(join(directory, 'none.log'), 5)).toEqual([]);
    expect(sizeOf(join(directory, 'none.log'))).toBe(0);
  });

  it('is that of this start only, when told where it began', () => {
    const file = join(directory, 'kafka.log');
    writeFileSync(file, 'an earlier failure\n');
    const start = sizeOf(file);
    appendFileSync(file, 'one\ntwo\nthree\n');
    expect(logTail(file, 15, start)).toEqual(['one', 'two', 'three']);
    expect(logTail(file, 2, start)).toEqual(['two', 'three']);
  });

  it('has as many lines as are asked for, none included', () => {
    const file = join(directory, 'many.log');
    writeFileSync(file, `${'a line of a hundred characters '.repeat(4)}\n`.repeat(2000));
    expect(logTail(file, 1500)).toHaveLength(1500);
    expect(logTail(file, 0)).toEqual([]);
  });

  it('ends where it is told to, and knows where its last whole line ends', () => {
    const file = join(directory, 'ends.log');
    writeFileSync(file, 'one\ntwo\nhal');
    expect(endOfLines(file)).toBe(8);
    expect(logTail(file, 5, 0, 8)).toEqual(['one', 'two']);
    expect(logTail(file, 5)).toEqual(['one', 'two', 'hal']);
    expect(endOfLines(join(directory, 'none.log'))).toBe(0);
    writeFileSync(file, 'no line yet');
    expect(endOfLines(file)).toBe(0);
  });

  it('begins anew when the log has grown large, and keeps one old one', () => {
    const file = join(directory, 'api.log');
    writeFileSync(file, 'much\n');
    rotateLog(file, 100);
    expect(logTail(file, 1)).toEqual(['much']);
    rotateLog(file, 3);
    expect(sizeOf(file)).toBe(0);
    expect(logTail(join(directory, 'api.1.log'), 1)).toEqual(['much']);
  });

  it('has whole lines only, also of a file that is longer than what is read', () => {
    const file = join(directory, 'long.log');
    writeFileSync(file, Array.from({ length: 20_000 }, (_, index) => `line ${index} é`).join('\n'));
    const lines = logTail(file, 100_000);
    expect(lines.at(-1)).toBe('line 19999 é');
    expect(lines.every((line) => /^line \d+ é$/.test(line))).toBe(true);
  });
});

describe('the last words of a process', () => {
  const wordsOf = (log: string) => {
    const file = join(directory, 'words.log');
    writeFileSync(file, log);
    return lastWords(file);
  };

  it('are its last line, if it has one', () => {
    expect(wordsOf('ready\nout of memory\n\n')).toBe('out of memory');
    expect(wordsOf('')).toBeUndefined();
    expect(lastWords(join(directory, 'none.log'))).toBeUndefined();
  });

  it('are the error of a process that Node ended', () => {
    const crash = (script: string) => spawnSync(process.execPath, ['-e', script]).stderr.toString();
    const late = 'setTimeout(() => { throw Object.assign(new TypeError("no socket"), { code: "X" }) })';
    expect(wordsOf(`ready\n${crash(late)}`)).toBe('TypeError: no socket');
    expect(wordsOf(crash('Promise.reject(new RangeError("index 7"))'))).toBe('RangeError: index 7');
    expect(wordsOf(crash('Promise.reject(7)'))).toMatch(/UnhandledPromiseRejection.*"7"/);
  });
});
