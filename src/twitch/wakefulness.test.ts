import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { Wakefulness } from './wakefulness.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_784_030_400_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function awake(): Wakefulness {
  const wakefulness = new Wakefulness();
  onTestFinished(() => wakefulness.stop());
  vi.advanceTimersByTime(1000);
  return wakefulness;
}

test('who is awake has read everything up to now', () => {
  const wakefulness = awake();
  vi.setSystemTime(Date.now() + 90);
  expect(wakefulness.readUntil).toBe(Date.now());
});

test('who wakes has read nothing since falling asleep, until it has ticked on time again', () => {
  const wakefulness = awake();
  const asleepAt = Date.now();
  vi.setSystemTime(asleepAt + 6000);
  expect(wakefulness.readUntil).toBe(asleepAt);
  vi.advanceTimersByTime(100);
  expect(wakefulness.readUntil).toBe(asleepAt);
  vi.advanceTimersByTime(100);
  expect(wakefulness.readUntil).toBe(Date.now());
});

test('what is read now had come since the tick before the last, or since falling asleep', () => {
  const wakefulness = awake();
  const before = Date.now() - 100;
  vi.setSystemTime(Date.now() + 90);
  expect(wakefulness.certainlyReadUntil).toBe(before);
  vi.setSystemTime(Date.now() + 6000);
  vi.advanceTimersByTime(100);
  expect(wakefulness.certainlyReadUntil).toBe(before);
  vi.advanceTimersByTime(100);
  expect(wakefulness.certainlyReadUntil).toBe(Date.now() - 100);
});
