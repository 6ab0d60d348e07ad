import { expect, it } from 'vitest';
import { waitUntil, within } from './wait-until.ts';

it('waits until it is so', async () => {
  let looks = 0;
  await waitUntil('a third look', () => ++looks === 3, { withinMs: 10_000, everyMs: 1 });
  expect(looks).toBe(3);
});

it('says what it waited for in vain', async () => {
  const waiting = waitUntil('an API that is healthy', async () => false, { withinMs: 10, everyMs: 1 });
  await expect(waiting).rejects.toThrow('waited 0.01 s in vain: an API that is healthy');
});

it('gives what a promise gives, and says what one that gives nothing should have', async () => {
  expect(await within('a number', 10_000, Promise.resolve(7))).toBe(7);
  await expect(within('a line', 10, new Promise(() => undefined))).rejects.toThrow('in vain: a line');
  await expect(within('a line', 10_000, Promise.reject(new Error('ended')))).rejects.toThrow('ended');
});
