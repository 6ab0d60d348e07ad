import { describe, expect, it } from 'vitest';
import { parseDuration, readDuration } from './duration.ts';

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1.5d', 129_600_000],
    [' 2W ', 1_209_600_000],
  ])('reads %s', (text, ms) => {
    expect(readDuration(text)).toBe(ms);
  });

  it.each(['', '5', 'm', '5 minutes', '-5m', '5m!', '1e3s', '5y'])('does not take %j for one', (text) => {
    expect(readDuration(text)).toBeUndefined();
  });

  it('says which flag was wrong, and how to write it', () => {
    expect(() => parseDuration('--last', '5 minutes')).toThrow(/--last: "5 minutes" is not a length of time/);
    expect(() => parseDuration('--last', '0s')).toThrow(/not a length of time/);
  });
});
