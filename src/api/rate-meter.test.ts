import { expect, test } from 'vitest';
import { RateMeter } from './rate-meter.ts';

const start = 1_784_030_400_000;

test('counts what came in the last thirty seconds', () => {
  const meter = new RateMeter(start);
  for (let second = 0; second < 60; second += 1) meter.add(second < 30 ? 100 : 10, start + second * 1000);
  expect(meter.perSecond(start + 59_999)).toBe(10);
});

test('falls to nothing when nothing comes any more', () => {
  const meter = new RateMeter(start - 60_000);
  meter.add(300, start);
  expect(meter.perSecond(start + 1000)).toBe(10);
  expect(meter.perSecond(start + 29_000)).toBe(10);
  expect(meter.perSecond(start + 30_000)).toBe(0);
});

test('divides by its age while it is younger than the window', () => {
  const meter = new RateMeter(start);
  meter.add(50, start + 4000);
  expect(meter.perSecond(start + 5000)).toBe(10);
});

test('leaves out what is older than its window', () => {
  const meter = new RateMeter(start - 60_000);
  meter.add(30, start);
  meter.add(3000, start - 30_000);
  expect(meter.perSecond(start)).toBe(1);
});
