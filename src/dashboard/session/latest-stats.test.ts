import { describe, expect, it } from 'vitest';
import { channelView } from '../../testing/fake-stream-api.ts';
import { LatestStats } from './latest-stats.ts';

const stats = (name: string, count: number, start = 0) => ({
  event: 'stats',
  data: JSON.stringify(
    channelView(name, {
      message_count: count,
      current_window: { start, end: start + 1, duration_seconds: 1 },
    }),
  ),
});
const taken = (latest: LatestStats) =>
  latest.take().map(({ event, at }) => [event.event, JSON.parse(event.data).message_count, at]);

describe('latest stats', () => {
  it('keeps the last counts of a window, in the order of arrival', () => {
    const latest = new LatestStats();
    latest.add(stats('a', 1), 1);
    latest.add(stats('b', 7), 2);
    latest.add(stats('a', 2), 3);
    expect(taken(latest)).toEqual([
      ['stats', 7, 2],
      ['stats', 2, 3],
    ]);
    expect(taken(latest)).toEqual([]);
  });

  it('keeps both windows when a new one begins', () => {
    const latest = new LatestStats();
    latest.add(stats('a', 10, 0), 1);
    latest.add(stats('a', 1, 600), 2);
    latest.add(stats('a', 2, 600), 3);
    expect(taken(latest)).toEqual([
      ['stats', 10, 1],
      ['stats', 2, 3],
    ]);
  });

  it('keeps every other event', () => {
    const latest = new LatestStats();
    for (let at = 0; at < 3; at++) latest.add({ event: 'message', data: '{}' }, at);
    expect(latest.take()).toHaveLength(3);
  });
});
