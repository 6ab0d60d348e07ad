import { expect, test } from 'vitest';
import { RecentGaps } from './recent-gaps.ts';

const gap = (channel_name: string, from: number, to: number, reason = 'lost') => ({
  type: 'gap' as const,
  channel_id: null,
  channel_name,
  from,
  to,
  reason,
});

test('slices that touch are one gap; other channels, reasons and times are not', () => {
  const gaps = new RecentGaps();
  for (const told of [
    gap('a', 10, 20),
    gap('b', 10, 20),
    gap('a', 20, 30),
    gap('a', 30, 40, 'refused'),
    gap('a', 50, 60),
    gap('b', 20, 25),
  ])
    gaps.add(told);
  expect(gaps.list(100)).toEqual([
    gap('a', 10, 30),
    gap('a', 30, 40, 'refused'),
    gap('a', 50, 60),
    gap('b', 10, 25),
  ]);
});

test('an hour is remembered, and not more than 500', () => {
  const gaps = new RecentGaps();
  for (let index = 0; index < 600; index += 1) gaps.add(gap(`channel${index}`, index, index + 10));
  expect(gaps.list(1000).map(({ from }) => from)).toEqual(
    Array.from({ length: 500 }, (_, index) => index + 100),
  );
  expect(gaps.list(3_600_000 + 600).at(0)?.to).toBe(601);
  expect(gaps.list(9_000_000)).toEqual([]);
});
