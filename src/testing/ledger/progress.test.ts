import { expect, it } from 'vitest';
import { longestPause } from './progress.ts';

it('finds the longest pause that overlaps the time after a fault', () => {
  const times = [0, 100, 5000, 5100, 6000, 20_000];
  expect(longestPause(times, 150, 7000)).toBe(4900);
  expect(longestPause(times, 5050, 7000)).toBe(1000);
  // It went on: until the end of what is looked at.
  expect(longestPause(times, 5050, 12_000)).toBe(6000);
  expect(longestPause([], 0, 100)).toBe(0);
});
