import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HeardMarks, setBack } from './heard-marks.ts';

let marks: HeardMarks;
beforeEach(() => {
  vi.useFakeTimers({ now: 1000 });
  marks = new HeardMarks();
  vi.useRealTimers();
});

const mark = (safeUntil: number) => marks.at(safeUntil).get('alpha');

describe('the mark until when all was heard', () => {
  /** Turns of a channel that is heard up to each of them. */
  const turns = (...times: number[]) => {
    for (const now of times) marks.turn(now, new Map([['alpha', now]]));
  };

  it('is the turn before this one while nothing is unsent', () => {
    turns(1250, 1500);
    expect(mark(1501)).toBe(1250);
  });

  it('is two turns before a record that is not safe yet: it may have waited in the socket since then', () => {
    turns(1250, 1500, 1750, 2000);
    expect(mark(1600)).toBe(1250);
    turns(2250);
    expect(mark(1600), 'and stays there').toBe(1250);
    expect(mark(2251), 'until it is').toBe(2000);
  });

  it('stays there however long that takes', () => {
    turns(...Array.from({ length: 100 }, (_, index) => 1250 + index * 250));
    expect(mark(1600)).toBe(1250);
    expect(mark(30_000), 'until it is').toBeGreaterThan(1250);
    turns(30_250, 30_500);
    expect(mark(30_501)).toBe(30_250);
  });

  it('is never of before the clock was set back', () => {
    turns(5000, 5250, 5500, 1000, 1250, 1500);
    expect(mark(1501)).toBe(1250);
  });

  it('is not behind what was held up on its way and is not safe yet, however late it was read', () => {
    for (const now of [1250, 1500, 1750, 2000]) marks.turn(now, new Map([['alpha', 1240]]));
    // At 2100 came all that was sent from 1241 to 1990.
    marks.turn(2250, new Map([['alpha', 1990]]));
    expect(mark(2100)).toBe(1240);
    marks.turn(2500, new Map([['alpha', 2490]]));
    expect(mark(2501), 'once it is safe').toBe(1990);
  });

  it('is where a gap begins that was noticed late, and of a new channel the turn itself', () => {
    turns(1250, 1500);
    marks.turn(
      1750,
      new Map([
        ['alpha', 1100],
        ['beta', 1745],
      ]),
    );
    expect(marks.at(1751)).toEqual(
      new Map([
        ['alpha', 1100],
        ['beta', 1500],
      ]),
    );
  });

  it('stays for a channel that is wanted no more until what was read of it is safe', () => {
    turns(1250, 1500);
    marks.turn(1750, new Map());
    expect(mark(1600)).toBe(1250);
    marks.turn(2000, new Map());
    marks.turn(2250, new Map());
    expect(mark(2251)).toBeUndefined();
  });

  it('is where something begins that is not told yet, of a channel that is wanted no more too', () => {
    const heard = new Map([['alpha', 1500]]);
    expect(
      setBack(heard, [
        ['alpha', 900],
        ['beta', 700],
        ['alpha', 800],
      ]),
    ).toEqual(
      new Map([
        ['alpha', 800],
        ['beta', 700],
      ]),
    );
  });

  it('is set back where a gap that was told is still on its way', () => {
    marks.tell('alpha', 300, 1600);
    const heard = new Map([
      ['alpha', 1500],
      ['beta', 1500],
    ]);
    expect(marks.withTold(heard, 1600).get('alpha')).toBe(300);
    expect(marks.withTold(heard, 1600).get('beta')).toBe(1500);
    expect(marks.withTold(heard, 1601).get('alpha')).toBe(1500);
  });
});
