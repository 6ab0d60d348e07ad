import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimeRange, type TimeRangeOptions, withLast } from './time-range.ts';

const now = Date.parse('2026-11-23T12:30:00Z');
const context = { now, timeZone: 'UTC' };
const HOUR = 3_600_000;

describe('time ranges', () => {
  it.each([
    [{}, undefined, undefined],
    [{ since: '5m' }, now - 300_000, undefined],
    [{ since: 'yesterday' }, Date.parse('2026-11-22T00:00Z'), undefined],
    [{ last: '2h' }, now - 2 * HOUR, undefined],
    [{ last: '2h', to: '-1h' }, now - 3 * HOUR, now - HOUR],
    [{ from: '-2h', to: '2026-11-23T12:00' }, now - 2 * HOUR, Date.parse('2026-11-23T12:00Z')],
    [{ to: 'today' }, undefined, Date.parse('2026-11-23T00:00Z')],
  ])('reads %j', (options, from, to) => {
    expect(parseTimeRange(options, context)).toEqual({ from, to });
  });

  it('counts back from an end that was given, where no beginning was', () => {
    const read = (options: TimeRangeOptions) => parseTimeRange(withLast(options, '5m'), context);
    expect(read({})).toEqual({ from: now - 300_000, to: undefined });
    expect(read({ to: '-1h' })).toEqual({ from: now - HOUR - 300_000, to: now - HOUR });
    for (const options of [{ since: '1h' }, { from: '-2h' }, { last: '3h' }])
      expect(read(options)).toEqual(parseTimeRange(options, context));
  });

  it('begins no earlier than time does', () => {
    expect(parseTimeRange({ last: '3000w' }, context)).toEqual({ from: 0, to: undefined });
    expect(parseTimeRange({ from: '1960-01-01', to: '1970-01-02' }, context)).toEqual({
      from: 0,
      to: 24 * HOUR,
    });
    for (const wrong of [{ last: '9999999999999w' }, { from: '+99999999999w' }, { to: '-99999999999w' }])
      expect(() => parseTimeRange(wrong, context)).toThrow(/is not a/);
  });

  it('says which two flags exclude each other', () => {
    expect(() => parseTimeRange({ since: '5m', last: '1h' }, context)).toThrow('--since and --last exclude');
    expect(() => parseTimeRange({ last: '1h', from: '-2h' }, context)).toThrow('--last and --from exclude');
  });

  it('gives a range with something in it, or refuses', () => {
    const moments = fc.integer({ min: 1_400_000_000_000, max: now });
    fc.assert(
      fc.property(moments, moments, (from, to) => {
        const parse = () => parseTimeRange({ from: String(from), to: String(to) }, context);
        if (from < to) expect(parse()).toEqual({ from, to });
        else expect(parse).toThrow('ends before it begins');
      }),
    );
  });

  it('does not begin in the future: who says midnight means the last one', () => {
    const parse = (options: object) => () => parseTimeRange(options, context);
    for (const options of [{ from: '23:00' }, { since: 'wednesday' }, { last: '1h', to: '+2h' }])
      expect(parse(options)).toThrow('The time range begins in the future');
    expect(parse({ from: 'now', to: '+2h' })()).toEqual({ from: now, to: now + 2 * HOUR });
  });

  it('cuts time into ranges that neither overlap nor leave a gap', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1_400_000_000_000, max: 1_400_000_000_500 }), {
      minLength: 2,
    });
    fc.assert(
      fc.property(cuts, fc.integer({ min: 0, max: 500 }), (times, at) => {
        const sorted = times.sort((a, b) => a - b);
        const ranges = sorted
          .slice(1)
          .map((to, index) => parseTimeRange({ from: String(sorted[index]), to: String(to) }, context));
        const moment = 1_400_000_000_000 + at;
        const holding = ranges.filter(({ from = 0, to = 0 }) => from <= moment && moment < to);
        const covered = moment >= (sorted[0] ?? 0) && moment < (sorted.at(-1) ?? 0);
        expect(holding).toHaveLength(covered ? 1 : 0);
      }),
    );
  });
});
