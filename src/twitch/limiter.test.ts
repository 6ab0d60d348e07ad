import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Limiter } from './limiter.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const never = () => new AbortController().signal;

it('grants at most the limit in any window, in order', async () => {
  const limiter = new Limiter({ limit: 20, windowMs: 10_000 });
  const grantedAt: number[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < 65; index++) {
    void limiter.acquire(never()).then(() => grantedAt.push(performance.now() - startedAt));
  }
  await vi.advanceTimersByTimeAsync(60_000);
  expect(grantedAt).toHaveLength(65);
  expect(grantedAt.slice(0, 20)).toEqual(Array(20).fill(0));
  for (let index = 20; index < 65; index++) {
    expect((grantedAt[index] ?? 0) - (grantedAt[index - 20] ?? 0)).toBeGreaterThanOrEqual(10_000);
  }
});

it('passes over those who gave up', async () => {
  const limiter = new Limiter({ limit: 1, windowMs: 1000 });
  const gaveUp = new AbortController();
  await limiter.acquire(never());
  const second = limiter.acquire(gaveUp.signal);
  const third = limiter.acquire(never());
  gaveUp.abort(new Error('gave up'));
  await expect(second).rejects.toThrow('gave up');
  await vi.advanceTimersByTimeAsync(1100);
  await third;
});
