import { describe, expect, it } from 'vitest';
import { formatCount, formatCountdown, formatDuration, formatRate, formatShare } from './format.js';

describe('format', () => {
  it('groups counts and rounds rates', () => {
    expect(formatCount(1_250_000)).toBe('1,250,000');
    expect([0, 0.34, 12, 99.96, 1204.4].map(formatRate)).toEqual(['0', '0.3', '12', '100', '1,204']);
  });

  it('counts down to zero and not below', () => {
    expect([3_600_000, 545_000, 900, 0, -5000].map(formatCountdown)).toEqual([
      '1:00:00',
      '9:05',
      '0:01',
      '0:00',
      '0:00',
    ]);
  });

  it('says a length in its two largest units', () => {
    expect([0, 12_000, 185_000, 180_000, 7_800_000, 273_600_000].map(formatDuration)).toEqual([
      '0 s',
      '12 s',
      '3 min 5 s',
      '3 min',
      '2 h 10 min',
      '3 d 4 h',
    ]);
  });

  it('never rounds up to a whole that was not heard', () => {
    expect([1, 0.999, 0.5, 0].map(formatShare)).toEqual(['100 %', '99 %', '50 %', '0 %']);
  });
});
