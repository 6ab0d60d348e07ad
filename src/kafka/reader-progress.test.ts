import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ReaderProgress, type ReaderState } from './reader-progress.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_784_030_400_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('catching up', () => {
  test('is reaching where every partition ended at the start, control records too', () => {
    const states: ReaderState[] = [];
    const progress = new ReaderProgress((state) => states.push(state));
    progress.begin('stats', 0, 0, 10);
    progress.begin('stats', 1, 0, 0);
    progress.answered();
    expect(progress.state()).toMatchObject({ connected: true, caughtUp: false, lag: 10 });
    progress.advance('stats', 0, 8, 12);
    expect(progress.state()).toMatchObject({ caughtUp: false, lag: 4 });
    progress.advance('stats', 0, 10, 12);
    expect(progress.state()).toMatchObject({ caughtUp: true, lag: 2 });
    expect(states.map(({ caughtUp }) => caughtUp)).toEqual([false, true]);
  });

  test('does not wait for a transaction that nobody ends', () => {
    const progress = new ReaderProgress();
    progress.begin('stats', 0, 0, 10);
    progress.answered();
    progress.advance('stats', 0, 6, 10);
    vi.advanceTimersByTime(1000);
    progress.answered();
    expect(progress.state().caughtUp).toBe(false);
    vi.advanceTimersByTime(1500);
    progress.answered();
    expect(progress.state().caughtUp).toBe(true);
  });

  test('is kept over a lost session in which nothing was written', () => {
    const progress = new ReaderProgress();
    progress.begin('stats', 0, 0, 2);
    progress.answered();
    progress.advance('stats', 0, 2, 2);
    progress.disconnected('away');
    progress.begin('stats', 0, 0, 2);
    progress.answered();
    expect(progress.state()).toMatchObject({ connected: true, caughtUp: true, lag: 0 });
  });

  test('is to be done anew when something was written meanwhile', () => {
    const states: ReaderState[] = [];
    const progress = new ReaderProgress((state) => states.push(state));
    progress.begin('stats', 0, 0, 2);
    progress.answered();
    progress.advance('stats', 0, 2, 2);
    progress.disconnected('away');
    vi.advanceTimersByTime(60_000);
    progress.begin('stats', 0, 0, 9);
    progress.answered();
    expect(progress.state()).toMatchObject({ connected: true, caughtUp: false, lag: 7 });
    expect(progress.position('stats', 0)).toBe(2);
    progress.advance('stats', 0, 9, 9);
    expect(states.at(-1)).toMatchObject({ connected: true, caughtUp: true, lag: 0 });
  });
});

test('a topic that was created again is read from its beginning', () => {
  const progress = new ReaderProgress();
  progress.begin('stats', 0, 0, 100);
  progress.advance('stats', 0, 100, 100);
  progress.begin('stats', 0, 0, 3);
  expect(progress.position('stats', 0)).toBe(0);
});

test('silence is being away, said once, with since-when', () => {
  const states: ReaderState[] = [];
  const progress = new ReaderProgress((state) => states.push(state));
  progress.answered();
  vi.advanceTimersByTime(3900);
  progress.checkSilence(4000);
  expect(progress.state().connected).toBe(true);
  vi.advanceTimersByTime(200);
  progress.checkSilence(4000);
  progress.checkSilence(4000);
  expect(progress.state()).toMatchObject({
    connected: false,
    since: Date.now(),
    reason: 'no answer for 4000 ms',
  });
  expect(progress.disconnected('refused')).toBe(false);
  expect(progress.state().reason).toBe('refused');
  expect(states.filter(({ connected }) => !connected)).toHaveLength(1);
});
