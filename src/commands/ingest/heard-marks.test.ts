import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HeardMarks } from './heard-marks.ts';

let marks: HeardMarks;
beforeEach(() => {
  vi.useFakeTimers({ now: 1000 });
  marks = new HeardMarks();
  vi.useRealTimers();
});

describe('the mark until when all was heard', () => {
  it('is the turn before this one while nothing is unsent', () => {
    marks.turn(1250);
    marks.turn(1500);
    expect(marks.at(1501)).toBe(1250);
  });

  it('is two turns before a record that is not safe yet: it may have waited in the socket since then', () => {
    for (const turn of [1250, 1500, 1750, 2000]) marks.turn(turn);
    expect(marks.at(1600)).toBe(1250);
    marks.turn(2250);
    expect(marks.at(1600), 'and stays there').toBe(1250);
    expect(marks.at(2251), 'until it is').toBe(2000);
  });

  it('is never of before the clock was set back', () => {
    for (const turn of [5000, 5250, 5500, 1000, 1250, 1500]) marks.turn(turn);
    expect(marks.at(1501)).toBe(1250);
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
