import { describe, expect, it } from 'vitest';
import { PastEvents } from './past-events.ts';

function pastOf(lengths: readonly number[], limits: { events: number; characters: number }): PastEvents {
  const past = new PastEvents(limits);
  for (const [index, length] of lengths.entries()) {
    const place = { event: 'message' as const, channelId: '1', channelName: 'a' };
    past.add({ ...place, sequence: index + 1, chunk: 'x'.repeat(length) });
  }
  return past;
}

const sequences = (past: PastEvents, after: number) => past.after(after).map(({ sequence }) => sequence);

describe('PastEvents', () => {
  it('gives what came behind a sequence number', () => {
    const past = pastOf([1, 1, 1, 1], { events: 10, characters: 100 });
    expect(sequences(past, 2)).toEqual([3, 4]);
    expect(sequences(past, 4)).toEqual([]);
    expect(sequences(past, Number.NaN)).toEqual([]);
  });

  it('keeps so many of the newest', () => {
    const past = pastOf(
      Array.from({ length: 1000 }, () => 1),
      { events: 3, characters: 100 },
    );
    expect(sequences(past, 0)).toEqual([998, 999, 1000]);
  });

  it('keeps no more characters, however few events that is', () => {
    const past = pastOf([60, 30, 30, 50], { events: 10, characters: 100 });
    expect(sequences(past, 0)).toEqual([3, 4]);
    expect(sequences(pastOf([101], { events: 10, characters: 100 }), 0)).toEqual([]);
  });
});
