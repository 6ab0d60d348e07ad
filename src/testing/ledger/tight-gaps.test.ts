import { expect, it } from 'vitest';
import { gapSlack, toldThoughHeard } from './tight-gaps.ts';

const line = (datedAt: number, channel = 'alpha') => ({
  id: String(datedAt),
  channel,
  datedAt,
  leftAt: datedAt + 5,
  lateMs: 0,
  says: undefined,
});
const joins = (at: number[]) => new Map([['alpha', at]]);
const gap = (from: number, to: number) => ({ channel_name: 'alpha', from, to });
const found = (
  lines: readonly ReturnType<typeof line>[],
  gaps: readonly ReturnType<typeof gap>[],
  at: number[] = [],
) => toldThoughHeard(lines, gaps, joins(at)).map(({ side, afterMs }) => `${side} ${afterMs}`);

it('says how long after the beginning of its gap a line left that arrived', () => {
  expect(found([line(990), line(1500), line(1500, 'beta'), line(2100)], [gap(1000, 2000)])).toEqual([
    'early 500',
  ]);
});

it('takes slices that touch for one gap, and leaves out a line that may have left outside', () => {
  expect(found([line(2500), line(2997)], [gap(2000, 3000), gap(1000, 2000)])).toEqual(['early 1500']);
});

it('says how long after the JOIN that the gap waited for a line left that arrived', () => {
  expect(found([line(1100), line(1700), line(2010)], [gap(1000, 2000)], [500, 1600, 2005])).toEqual([
    'early 100',
    'late 100',
  ]);
});

it('lets off what was sent behind a JOIN that another one followed, in slices that touch too', () => {
  const slices = [gap(1000, 2000), gap(2000, 4000)];
  expect(found([line(1900), line(2500), line(3700)], slices, [1800, 3500])).toEqual(['late 200']);
});

it('leaves a gap open that begins too early, or ends a while after its JOIN was answered', () => {
  const slackOf = (mostMs: number) => {
    const lines = [line(1300), line(1800), line(9000)];
    return gapSlack({ lines, joins: joins([1500]) }, (id) => id !== '9000', [gap(1000, 10_000)], mostMs);
  };
  expect(slackOf(300)).toEqual({
    early: { lines: 1, mostMs: 300 },
    late: { lines: 1, mostMs: 300 },
    open: [],
  });
  expect(slackOf(299).open).toEqual([
    'arrived, 300 ms into a gap: 1300 of alpha',
    'arrived, 300 ms behind the JOIN in a gap: 1800 of alpha',
  ]);
});
