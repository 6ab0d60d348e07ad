import { describe, expect, it } from 'vitest';
import { buckets, ratePerSecond, record } from './rate-series.ts';

const T = 1_700_000_000_000;

describe('rate series', () => {
  it('says nothing until it was observed for two whole seconds', () => {
    let series = record(undefined, T + 900, 0);
    for (let tenth = 1; tenth <= 30; tenth++) series = record(series, T + 900 + tenth * 100, 5);
    expect(ratePerSecond(series, T + 2_900)).toBeUndefined();
    expect(ratePerSecond(series, T + 3_000)).toBe(50);
  });

  it('averages the last ten whole seconds', () => {
    let series = record(undefined, T, 0);
    for (let second = 1; second <= 30; second++)
      series = record(series, T + second * 1000, second > 20 ? 5 : 100);
    expect(ratePerSecond(series, T + 31_000)).toBe(5);
    expect(ratePerSecond(series, T + 41_000)).toBe(0);
  });

  it('gives intervals oldest first, empty before the first observation', () => {
    let series = record(undefined, T, 10);
    series = record(series, T + 5_000, 20);
    expect(buckets(series, T + 10_000, 5, 4)).toEqual([0, 0, 2, 4]);
  });

  it('keeps ten minutes and forgets what is older, also after a long silence', () => {
    let series = record(undefined, T, 7);
    for (let second = 1; second < 1_000; second++) series = record(series, T + second * 1000, 1);
    expect(series.counts).toHaveLength(600);
    expect(ratePerSecond(series, T + 1_000_000)).toBe(1);
    series = record(series, T + 86_400_000, 3);
    expect(series.counts).toEqual([3]);
  });
});
