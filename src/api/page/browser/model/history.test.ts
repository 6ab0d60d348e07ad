import { describe, expect, it } from 'vitest';
import { channelView } from '../../../../testing/fake-stream-api.ts';
import { MAX_WINDOWS, windowsToShow } from './history.js';

const view = channelView('one', {
  message_count: 7,
  current_window: { start: 6000, end: 7000, duration_seconds: 1 },
});
const row = (start: number, count: number) => ({ start, end: start + 1000, count, coverage: 1 });

describe('windowsToShow', () => {
  it('shows the live window in place of its row in the archive', () => {
    expect(windowsToShow([row(6000, 3), row(5000, 2)], view).map(({ count }) => count)).toEqual([2, 7]);
  });

  it('shows of a window that has just ended what was seen of it, not the older row of it', () => {
    const counts = windowsToShow([row(5000, 2), row(5000, 4), row(4000, 9), row(4000, 8)], view);
    expect(counts.map(({ count }) => count)).toEqual([9, 4, 7]);
  });

  it('leaves a place for windows without a row', () => {
    const starts = windowsToShow([row(3000, 1)], view).map(({ start, count }) => [start, count]);
    expect(starts).toEqual([
      [3000, 1],
      [4000, 0],
      [5000, 0],
      [6000, 7],
    ]);
  });

  it('is bounded, though the archive holds a window of years ago', () => {
    expect(windowsToShow([row(-1e12, 1)], view)).toHaveLength(MAX_WINDOWS);
  });
});
