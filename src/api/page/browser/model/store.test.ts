import { describe, expect, it } from 'vitest';
import { channelView, healthyApi } from '../../../../testing/fake-stream-api.ts';
import { Store } from './store.js';

const at = (count: number, start = 0) =>
  channelView('one', {
    message_count: count,
    current_window: { start, end: start + 600_000, duration_seconds: 600 },
  });

describe('Store', () => {
  it('counts what comes within a second, over the edge of a window', () => {
    const store = new Store();
    store.applyStats(at(100));
    store.tick(1_000_000, true);
    store.applyStats(at(103));
    store.applyStats(at(2, 600_000));
    store.tick(1_001_000, true);
    expect(store.find('one')?.series.counts(2)).toEqual([0, 5]);
  });

  it('shows no peak after a loss: nobody knows when those messages came', () => {
    const store = new Store();
    store.applyStats(at(100));
    store.tick(1_000_000, true);
    store.interrupted();
    store.tick(1_001_000, false);
    store.applyStats(at(5000));
    store.applyStats(at(5001));
    store.tick(1_002_000, true);
    expect(store.find('one')?.series.counts(3)).toEqual([0, Number.NaN, 1]);
  });

  it('forgets what a healthy API no longer tells of, and shows no rate of it meanwhile', () => {
    const store = new Store();
    store.applyStats(channelView('gone', { messages_per_second: 12 }));
    store.applyStats(at(100));
    store.interrupted();
    store.applyStats(at(101));
    store.applyHealth({ ...healthyApi(), timestamp: 1_000_000 }, 1_000_000);
    store.tick(1_001_000, true);
    expect(store.find('gone')?.series.rates(1)).toEqual([Number.NaN]);
    store.applyHealth({ ...healthyApi(), status: 'degraded' }, 1_020_000);
    expect(store.find('gone')).toBeDefined();
    store.applyHealth(healthyApi(), 1_030_000);
    expect(store.find('gone')).toBeUndefined();
    expect(store.list('', 1_030_000, true)).toHaveLength(1);
  });

  it('lists the busiest first, and holds still while it is held', () => {
    const store = new Store();
    const named = (name: string, rate: number) => channelView(name, { messages_per_second: rate });
    store.applyStats(named('slow', 1));
    store.applyStats(named('fast', 2));
    const order = (now: number, isHeld: boolean) =>
      store.list('', now, isHeld).map(({ view }) => view.channel_name);
    expect(order(10_000, false)).toEqual(['fast', 'slow']);
    store.applyStats(named('slow', 9));
    expect(order(60_000, true)).toEqual(['fast', 'slow']);
    expect(order(60_000, false)).toEqual(['slow', 'fast']);
    expect(store.list(' #FA', 60_000, false)).toHaveLength(1);
  });

  it('shows slices that touch as one gap, whatever is told again', () => {
    const store = new Store();
    const gap = (from: number, to: number, reason = 'test') => ({
      type: 'gap' as const,
      channel_id: null,
      channel_name: 'one',
      from,
      to,
      reason,
    });
    for (const told of [gap(0, 10), gap(10, 20), gap(20, 25, 'other'), gap(0, 20), gap(30, 40)])
      store.applyGap(told);
    expect(store.gapsOf(channelView('one')).map(({ from, to }) => [from, to])).toEqual([
      [30, 40],
      [20, 25],
      [0, 20],
    ]);
  });

  it('takes a gap once, newest first, and a bounded number', () => {
    const store = new Store();
    const gap = (from: number) => ({
      type: 'gap' as const,
      channel_id: '1',
      channel_name: 'one',
      from,
      to: from + 3,
      reason: 'lost',
    });
    for (const from of [10, 20, 20, 15]) store.applyGap(gap(from));
    expect(store.gapsOf(channelView('one')).map(({ from }) => from)).toEqual([20, 15, 10]);
    for (let from = 100; from < 2000; from += 5) store.applyGap(gap(from));
    expect(store.gapsOf(channelView('one')).length).toBeLessThan(100);
  });

  it('shows the whole gap of each of many channels that are told in turn', () => {
    const store = new Store();
    const names = Array.from({ length: 200 }, (_, index) => `channel_${index}`);
    for (let from = 0; from < 300; from += 10)
      for (const channel_name of names)
        store.applyGap({ type: 'gap', channel_id: null, channel_name, from, to: from + 10, reason: 'lost' });
    for (const name of names) expect(store.gapsOf(channelView(name))).toMatchObject([{ from: 0, to: 300 }]);
  });

  it('goes by the clock of the server when ours is wrong', () => {
    const store = new Store();
    const health = { timestamp: 500_000 } as Parameters<Store['applyHealth']>[0];
    store.applyHealth(health, 200_000);
    expect(store.serverTime(201_000)).toBe(501_000);
    store.applyHealth(health, 499_500);
    expect(store.serverTime(500_000)).toBe(500_000);
  });
});
