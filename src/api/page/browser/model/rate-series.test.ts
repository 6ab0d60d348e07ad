import { describe, expect, it } from 'vitest';
import { RateSeries, SERIES_SECONDS } from './rate-series.js';

describe('RateSeries', () => {
  it('is unheard before the first second', () => {
    expect(new RateSeries().rates(3)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  it('gives the newest seconds, oldest first, with holes where none was pushed', () => {
    const series = new RateSeries();
    series.push(1000, 1, 10);
    series.push(1001, 2, 20);
    series.push(1003, 4, 40);
    expect(series.rates(5)).toEqual([Number.NaN, 1, 2, Number.NaN, 4]);
    expect(series.counts(2)).toEqual([Number.NaN, 40]);
  });

  it('forgets the last round after a long silence, and takes no second twice', () => {
    const series = new RateSeries();
    for (let second = 0; second < SERIES_SECONDS * 2; second += 1) series.push(5000 + second, 7, 7);
    series.push(9000, 1, 1);
    series.push(9000, 99, 99);
    expect(series.rates().filter((rate) => !Number.isNaN(rate))).toEqual([1]);
  });
});
