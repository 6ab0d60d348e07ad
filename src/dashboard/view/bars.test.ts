import { describe, expect, it } from 'vitest';
import { bar, columns, sparkline } from './bars.ts';

describe('sparkline', () => {
  it('draws a value in eighths of the highest, and nothing for 0', () => {
    expect(sparkline([0, 1, 4, 8])).toBe(' ▁▄█');
    expect(sparkline([0, 1, 4, 8], { ascii: true })).toBe(' _-#');
    expect(sparkline([0, 0])).toBe('  ');
  });
});

describe('bar', () => {
  it('is as long as its share, in eighths of a cell, and never invisible', () => {
    expect(bar(8, 8, 4)).toBe('████');
    expect(bar(5, 8, 4)).toBe('██▌');
    expect(bar(0.01, 8, 4)).toBe('▏');
    expect(bar(0, 8, 4)).toBe('');
    expect(bar(1, 8, 4, { ascii: true })).toBe('#');
  });
});

describe('columns', () => {
  it('draws one column a value over the given height', () => {
    expect(columns([1, 2, 4], 2)).toEqual(['  █', '▄██']);
    expect(columns([0, 0], 2)).toEqual(['  ', '  ']);
  });
});
