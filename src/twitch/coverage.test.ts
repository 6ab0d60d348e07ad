import { expect, it } from 'vitest';
import { Coverage, type Gap } from './coverage.ts';

function book() {
  const gaps: Gap[] = [];
  return { coverage: new Coverage((gap) => gaps.push(gap)), gaps };
}
const first = { heardUntil: 9000 };
const second = { heardUntil: 9500 };

it('tells the gap from the wish to the first confirmation', () => {
  const { coverage, gaps } = book();
  coverage.want('alpha', 1000, 'joining');
  coverage.learnId('alpha', '70001');
  coverage.heardBy('alpha', first, 1500);
  expect(gaps).toEqual([
    { channelName: 'alpha', channelId: '70001', from: 1000, to: 1500, reason: 'joining' },
  ]);
});

it('has no gap while a second connection still hears', () => {
  const { coverage, gaps } = book();
  coverage.want('alpha', 0, 'joining');
  coverage.heardBy('alpha', first, 0);
  coverage.heardBy('alpha', second, 5000);
  coverage.lostBy('alpha', first, 6000, 'replaced');
  expect(coverage.isHeard('alpha')).toBe(true);
  coverage.lostBy('alpha', second, 7000, 'no bytes');
  coverage.heardBy('alpha', first, 9000);
  expect(gaps).toEqual([
    { channelName: 'alpha', channelId: undefined, from: 7000, to: 9000, reason: 'no bytes' },
  ]);
});

it('tells what nobody heard between a connection that was silent and the one that took over from it', () => {
  const { coverage, gaps } = book();
  coverage.want('alpha', 0, 'joining');
  coverage.heardBy('alpha', first, 0);
  coverage.heardBy('alpha', second, 5000);
  coverage.lostBy('alpha', first, 3000, 'reconnect asked');
  expect(gaps).toEqual([
    { channelName: 'alpha', channelId: undefined, from: 3000, to: 5000, reason: 'reconnect asked' },
  ]);
  expect(coverage.isHeard('alpha')).toBe(true);
});

it('tells a gap that lasts in slices that touch', () => {
  const { coverage, gaps } = book();
  coverage.want('alpha', 0, 'joining');
  coverage.explain('alpha', 'banned from the channel');
  coverage.flush(10_000);
  coverage.flush(20_000);
  coverage.unwant('alpha', 21_000);
  expect(gaps.map(({ from, to }) => [from, to])).toEqual([
    [0, 10_000],
    [10_000, 20_000],
    [20_000, 21_000],
  ]);
  expect(gaps[2]?.reason).toBe('banned from the channel');
});

it('knows until when a channel was heard', () => {
  const { coverage } = book();
  coverage.want('alpha', 0, 'joining');
  coverage.heardBy('alpha', first, 0);
  expect(coverage.heardUntil('alpha', 8000)).toBe(8000);
  expect(coverage.heardUntil('alpha', 10_000)).toBe(9000);
  coverage.heardBy('alpha', second, 9100);
  // What the first holds of before 9100 the second cannot have heard.
  expect(coverage.heardUntil('alpha', 10_000)).toBe(9000);
  coverage.lostBy('alpha', second, 9500, 'replaced');
  coverage.heardBy('alpha', second, 8000);
  expect(coverage.heardUntil('alpha', 10_000)).toBe(9500);
  coverage.lostBy('alpha', second, 9500, 'replaced');
  coverage.lostBy('alpha', first, 7000, 'closed');
  expect(coverage.heardUntil('alpha', 8000)).toBe(7000);
});

it('tells no gap from before a connection began to hear, though it cannot prove that it has heard since', () => {
  const { coverage, gaps } = book();
  coverage.want('alpha', 1000, 'joining');
  coverage.heardBy('alpha', first, 3000);
  coverage.lostBy('alpha', first, 2600, 'put out of the channel by Twitch');
  coverage.heardBy('alpha', first, 3500);
  expect(gaps.map(({ from, to }) => [from, to])).toEqual([
    [1000, 3000],
    [3000, 3500],
  ]);
});

it('ignores what a connection loses that never heard the channel', () => {
  const { coverage, gaps } = book();
  coverage.want('alpha', 0, 'joining');
  coverage.heardBy('alpha', first, 0);
  coverage.lostBy('alpha', second, 5000, 'closed');
  coverage.flush(9000);
  expect(gaps).toEqual([]);
});
