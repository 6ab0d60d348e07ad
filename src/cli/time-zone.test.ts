import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parseTimeZone, wallTimeToEpoch, zoneOffset } from './time-zone.ts';

const zones = fc.constantFrom(
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
);

afterEach(() => vi.unstubAllEnvs());

describe('time zones', () => {
  it('takes an empty TZ for UTC, as POSIX does', () => {
    vi.stubEnv('TZ', '');
    expect(zoneOffset(Date.UTC(2026, 6, 14), parseTimeZone(undefined))).toBe(0);
  });

  it('finds the way back from the wall time of any moment, but for the hour that clocks show twice', () => {
    const moments = fc.integer({ min: Date.UTC(1995, 0), max: Date.UTC(2035, 0) });
    fc.assert(
      fc.property(moments, zones, (epoch, zone) => {
        const wall = new Date(epoch + zoneOffset(epoch, zone));
        const found = wallTimeToEpoch(
          {
            year: wall.getUTCFullYear(),
            month: wall.getUTCMonth() + 1,
            day: wall.getUTCDate(),
            hour: wall.getUTCHours(),
            minute: wall.getUTCMinutes(),
            second: wall.getUTCSeconds(),
            millisecond: wall.getUTCMilliseconds(),
          },
          zone,
        );
        // An earlier reading is right only if it shows the same on the wall.
        expect(found).toBeLessThanOrEqual(epoch);
        expect(found + zoneOffset(found, zone)).toBe(wall.getTime());
      }),
      { numRuns: 2000 },
    );
  });

  it('reads a time that the clocks skip as an hour later', () => {
    const skipped = { year: 2026, month: 3, day: 29, hour: 2, minute: 30 };
    expect(new Date(wallTimeToEpoch(skipped, 'Europe/Paris')).toISOString()).toBe('2026-03-29T01:30:00.000Z');
  });

  it('reads a time that the clocks show twice as the first of the two', () => {
    const twice = { year: 2026, month: 10, day: 25, hour: 2, minute: 30 };
    expect(new Date(wallTimeToEpoch(twice, 'Europe/Paris')).toISOString()).toBe('2026-10-25T00:30:00.000Z');
  });

  it('knows zones by name, whatever the case, and says how to write one', () => {
    expect(parseTimeZone('europe/paris')).toBe('Europe/Paris');
    expect(parseTimeZone('utc')).toBe('UTC');
    expect(parseTimeZone(undefined)).toBe(parseTimeZone('local'));
    expect(() => parseTimeZone('Paris')).toThrow('--tz: "Paris" is not a time zone');
  });
});
