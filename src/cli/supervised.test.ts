import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { supervisedSignal } from './supervised.ts';

const never = new AbortController().signal;

it('ends a supervised service when its stdin ends', async () => {
  const stdin = new PassThrough();
  const signal = supervisedSignal({ env: { TWITCHSTATS_SUPERVISED: '1' }, stdin }, never);
  expect(signal.aborted).toBe(false);
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
  stdin.end();
  await aborted;
  expect(signal.aborted).toBe(true);
});

it('leaves stdin alone when nobody supervises', () => {
  const stdin = new PassThrough();
  expect(supervisedSignal({ env: {}, stdin }, never)).toBe(never);
  expect(stdin.isPaused()).toBe(false);
  expect(stdin.listenerCount('end')).toBe(0);
});

it('still obeys the caller’s own signal', () => {
  const own = new AbortController();
  const signal = supervisedSignal(
    { env: { TWITCHSTATS_SUPERVISED: '1' }, stdin: new PassThrough() },
    own.signal,
  );
  own.abort();
  expect(signal.aborted).toBe(true);
});
