import { describe, expect, it } from 'vitest';
import { NOW, windowCounts } from '../../testing/dashboard-data.ts';
import type { DashboardEvent } from './dashboard-event.ts';
import { fold, initialState } from './dashboard-state.ts';
import { ratePerSecond } from './rate-series.ts';
import type { WindowCounts } from './window-counts.ts';

const stats = (seconds: number, changes: Partial<WindowCounts>): DashboardEvent => ({
  type: 'stats',
  at: NOW + seconds * 1000,
  window: windowCounts('forsen', changes),
});
const start = windowCounts('forsen').start;
const connected: DashboardEvent = { type: 'connected', at: NOW };

describe('fold', () => {
  it('is the same state when nothing happened', () => {
    const state = initialState(NOW);
    expect(fold(state, [])).toBe(state);
  });

  it('does not take a history that nobody answered for a connection', () => {
    const lost: DashboardEvent = { type: 'lost', at: NOW, reason: 'away' };
    const history: DashboardEvent = { type: 'history', at: NOW + 600_000, windows: [] };
    expect(fold(initialState(NOW), [connected, lost, history]).connection).toMatchObject({
      state: 'lost',
      since: NOW,
    });
  });

  it('does not depend on how events are cut into batches', () => {
    const events = [
      connected,
      stats(1, { count: 1 }),
      stats(2, { count: 9 }),
      stats(3, { count: 9, start: start + 600_000 }),
    ];
    const atOnce = fold(initialState(NOW), events);
    const oneByOne = events.reduce((state, event) => fold(state, [event]), initialState(NOW));
    expect(oneByOne).toEqual(atOnce);
  });

  it('counts what an update adds, not what was there when it began to look', () => {
    const state = fold(initialState(NOW), [connected, stats(0, { count: 5000 }), stats(1, { count: 5030 })]);
    expect(state.counted).toBe(30);
    expect(
      ratePerSecond(state.channels.get('id-forsen')?.rate ?? { firstSecond: 0, counts: [] }, NOW + 3_000),
    ).toBe(15);
  });

  it('moves a window that was followed by a newer one into the past', () => {
    const state = fold(initialState(NOW), [
      connected,
      stats(0, { count: 50 }),
      stats(1, { count: 4, start: start + 600_000, end: start + 1_200_000 }),
    ]);
    const channel = state.channels.get('id-forsen');
    expect(channel?.window.count).toBe(4);
    expect(channel?.past.map(({ count }) => count)).toEqual([50]);
    expect(state.counted).toBe(4);
  });

  it('keeps what the stream said last of a window while the archive is behind', () => {
    const past = { start: start - 600_000, end: start };
    const archived = (count: number, updatedAt: number): DashboardEvent => ({
      type: 'history',
      at: NOW,
      windows: [windowCounts('forsen', { ...past, count, updatedAt })],
    });
    const counts = (...events: DashboardEvent[]) =>
      fold(initialState(NOW), [
        connected,
        stats(0, { count: 5 }),
        stats(1, { ...past, count: 1000, updatedAt: NOW }),
        ...events,
      ])
        .channels.get('id-forsen')
        ?.past.map(({ count }) => count);
    expect(counts(archived(600, NOW - 1))).toEqual([1000]);
    expect(counts(archived(600, NOW - 1), archived(1010, NOW))).toEqual([1010]);
  });

  it('keeps the newest window when an older one is corrected', () => {
    const state = fold(initialState(NOW), [
      connected,
      stats(0, { count: 50 }),
      stats(1, { count: 70, start: start - 600_000 }),
      stats(2, { count: 71, start: start - 600_000 }),
    ]);
    const channel = state.channels.get('id-forsen');
    expect(channel?.window.count).toBe(50);
    expect(channel?.past.map(({ count }) => count)).toEqual([71]);
    expect(state.counted).toBe(0);
  });

  it('takes what was counted while the stream was away for no burst', () => {
    const state = fold(initialState(NOW), [
      connected,
      stats(0, { count: 10 }),
      { type: 'lost', at: NOW + 1_000, reason: 'gone' },
      { type: 'connected', at: NOW + 60_000 },
      stats(60, { count: 6010 }),
      stats(61, { count: 6020 }),
    ]);
    expect(state.counted).toBe(6010);
    const { rate = { firstSecond: 0, counts: [] } } = state.channels.get('id-forsen') ?? {};
    expect(ratePerSecond(rate, NOW + 62_000), 'of seconds that nobody saw').toBeUndefined();
    expect(ratePerSecond(rate, NOW + 63_000)).toBe(5);
  });

  it('takes no repetition of what it knows for data', () => {
    const old = { updatedAt: NOW - 20_000 };
    const { connection } = fold(initialState(NOW), [connected, stats(0, old), stats(5, old)]);
    expect(connection.lastDataAt).toBe(NOW - 20_000);
    const told = [
      connected,
      stats(0, { ...old, count: 10 }),
      stats(5, { count: 10, updatedAt: NOW + 4_000 }),
    ];
    const gap = fold(initialState(NOW), told);
    expect(gap.connection.lastDataAt, 'a gap was told of it, and no message').toBe(NOW - 20_000);
    expect(gap.channels.get('id-forsen')?.changedAt).toBe(NOW - 20_000);
    const changed = fold(gap, [stats(6, { count: 11, updatedAt: NOW + 5_000 })]);
    expect(changed.connection.lastDataAt).toBe(NOW + 6_000);
    expect(changed.channels.get('id-forsen')?.changedAt).toBe(NOW + 5_000);
  });

  it('forgets a channel that a healthy API no longer tells of, and no other', () => {
    const health = (seconds: number, status: string): DashboardEvent => ({
      type: 'health',
      at: NOW + seconds * 1000,
      health: { status, parts: [], lag: 0 },
    });
    const away: DashboardEvent[] = [
      connected,
      stats(0, {}),
      { type: 'lost', at: NOW + 1_000, reason: 'gone' },
      { type: 'connected', at: NOW + 60_000 },
    ];
    const known = (...events: DashboardEvent[]) =>
      fold(initialState(NOW), [...away, ...events]).channels.has('id-forsen');
    expect(known(health(61, 'healthy')), 'it may come yet').toBe(true);
    expect(known(health(66, 'degraded')), 'it has not read all').toBe(true);
    expect(known(stats(60, {}), health(66, 'healthy'))).toBe(true);
    expect(known(health(66, 'healthy'))).toBe(false);
    expect(known(stats(60, {}), health(86_401, 'healthy')), 'older than its topic').toBe(false);
  });

  it('remembers when the stream was lost, however often it fails again', () => {
    const lost = (at: number): DashboardEvent => ({ type: 'lost', at: NOW + at, reason: `refused ${at}` });
    const { connection } = fold(initialState(NOW), [connected, lost(1000), lost(2000), lost(4000)]);
    expect(connection).toMatchObject({ state: 'lost', since: NOW + 1000, reason: 'refused 4000' });
  });

  it('keeps the last two hundred messages', () => {
    const events = Array.from(
      { length: 300 },
      (_, index): DashboardEvent => ({
        type: 'message',
        at: NOW,
        message: {
          channel_id: 'id-forsen',
          channel_name: 'forsen',
          message_id: String(index),
          user_id: '1',
          username: 'viewer',
          message: 'hi',
          timestamp: NOW,
          emotes: [],
        },
      }),
    );
    const { messages } = fold(initialState(NOW), events);
    expect(messages).toHaveLength(200);
    expect(messages.at(-1)?.message_id).toBe('299');
  });
});
