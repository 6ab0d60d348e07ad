import { expect, it } from 'vitest';
import { toldThoughHeard } from './tight-gaps.ts';

const line = (datedAt: number, channel = 'alpha') => ({
  id: String(datedAt),
  channel,
  datedAt,
  leftAt: datedAt + 5,
  says: undefined,
});
const gap = (from: number, to: number) => ({ channel_name: 'alpha', from, to });
const found = (
  lines: readonly ReturnType<typeof line>[],
  gaps: readonly ReturnType<typeof gap>[],
  at: number[] = [],
) => toldThoughHeard(lines, gaps, new Map([['alpha', at]])).map(({ afterMs }) => afterMs);

it('says how long after the beginning of its gap a line left that arrived', () => {
  expect(found([line(990), line(1500), line(1500, 'beta'), line(2100)], [gap(1000, 2000)])).toEqual([500]);
});

it('takes slices that touch for one gap, and leaves out a line that may have left outside', () => {
  expect(found([line(2500), line(2997)], [gap(2000, 3000), gap(1000, 2000)])).toEqual([1500]);
});

it('lets off what was sent behind the JOIN that the gap waited for', () => {
  expect(found([line(1100), line(1700)], [gap(1000, 2000)], [500, 1600])).toEqual([100]);
});
