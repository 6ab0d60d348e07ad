import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { captureStream } from '../testing/run-cli.ts';
import { gatheredStream } from './gathered-stream.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('lines that come together are written together, in order, soon', () => {
  const target = captureStream();
  const stream = gatheredStream(target);
  stream.write('one\n');
  stream.write('two\n');
  expect(target.written()).toBe('');
  vi.advanceTimersByTime(20);
  expect(target.written()).toBe('one\ntwo\n');
  stream.write('three\n');
  vi.advanceTimersByTime(20);
  expect(target.written()).toBe('one\ntwo\nthree\n');
  stream.end();
});

test('much is written at once, and the rest when it ends', () => {
  const target = captureStream();
  const stream = gatheredStream(target);
  const line = `${'x'.repeat(999)}\n`;
  for (let count = 0; count < 20; count += 1) stream.write(line);
  expect(target.written().length).toBe(17_000);
  stream.end();
  expect(target.written().length).toBe(20_000);
});

test('a terminal gets each line as it comes', () => {
  const target = captureStream({ columns: 80, rows: 24 });
  const stream = gatheredStream(target);
  stream.write('one\n');
  expect(target.written()).toBe('one\n');
});
