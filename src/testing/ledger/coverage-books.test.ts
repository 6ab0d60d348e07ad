import { expect, it } from 'vitest';
import { closeCoverage } from './coverage-books.ts';

const start = 60_000;
const window = (coverage: number | undefined) => [
  { channelId: '7', channelName: 'a', windowStart: start, coverage },
];
const gap = (from: number, to: number, channel_id: string | null = '7') => ({
  channel_id,
  channel_name: 'a',
  from,
  to,
});

it('takes what the gaps leave together, to the last bit: overlaps once, and only what lies inside', () => {
  const gaps = [gap(0, 70_000), gap(65_000, 71_001), gap(71_001, 71_002), gap(119_000, 200_000)];
  const elsewhere = [{ ...gap(80_000, 90_000), channel_name: 'b' }];
  expect(closeCoverage(window(1 - 12_002 / 60_000), [...gaps, ...elsewhere], 60)).toEqual([]);
  expect(closeCoverage(window(1), elsewhere, 60)).toEqual([]);
});

it.each([
  ['a window that was not sent again after a gap', 1],
  ['a gap that counts twice', 1 - 20_000 / 60_000],
  ['a millisecond too much', 1 - 9999 / 60_000],
  ['one of which nobody knows', undefined],
])('shows %s', (_, coverage) => {
  expect(closeCoverage(window(coverage), [gap(50_000, 70_000)], 60)).toMatchObject([
    { book: 'coverage', kind: 'different', subject: '7@60000' },
  ]);
});

it('lets a gap without a room-id be known or not, and no other', () => {
  const gaps = [gap(50_000, 70_000, null), gap(100_000, 106_000)];
  expect(closeCoverage(window(1 - 16_000 / 60_000), gaps, 60)).toEqual([]);
  expect(closeCoverage(window(1 - 6000 / 60_000), gaps, 60)).toEqual([]);
  expect(closeCoverage(window(1), gaps, 60)).toHaveLength(1);
});
