import { describe, expect, it } from 'vitest';
import { areaPath, barsPath, linePath, niceMax } from './chart-geometry.js';

const box = { width: 30, height: 10, max: 10 };

describe('chart geometry', () => {
  it('breaks the line where nothing was heard', () => {
    expect(linePath([0, 5, Number.NaN, 10], box)).toBe('M0,10L10,5M30,0h0.01');
    expect(areaPath([0, 5, Number.NaN, 10], box)).toBe('M0,10L0,10L10,5L10,10Z');
    expect(linePath([Number.NaN], box)).toBe('');
  });

  it('keeps what is larger than the box inside', () => {
    expect(linePath([0, 1000], box)).toBe('M0,10L30,0');
  });

  it('draws no bar for nothing', () => {
    expect(barsPath([0, Number.NaN, 10], box)).toBe('M20,10V0h7V10Z');
  });

  it('ends the scale at a round number', () => {
    expect([[0], [2.1], [85], [1201]].map((values) => niceMax(values, 2))).toEqual([2, 3, 100, 1500]);
    expect(niceMax([Number.NaN], 1)).toBe(1);
  });
});
