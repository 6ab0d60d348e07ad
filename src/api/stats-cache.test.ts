import { describe, expect, test } from 'vitest';
import type { ChannelStats } from '../contract/channel-stats.ts';
import { StatsCache } from './stats-cache.ts';

const start = 1_784_030_400_000;
const windowMs = 600_000;

function record(overrides: Partial<ChannelStats> = {}): Buffer {
  return Buffer.from(
    JSON.stringify({
      channel_id: '40934651',
      channel_name: 'some_channel',
      message_count: 10,
      window_start: start,
      window_end: start + windowMs,
      window_duration_seconds: 600,
      updated_at: start + 5000,
      ...overrides,
    }),
  );
}

function cacheAt(now: () => number) {
  const cache = new StatsCache(now);
  const changed: string[] = [];
  cache.onChange((id) => changed.push(id));
  return { cache, changed };
}

describe('finding a channel', () => {
  test('by id and by name, whatever the case', () => {
    const { cache } = cacheAt(() => start + 6000);
    cache.apply('40934651', record(), start);
    expect(cache.find('40934651')?.message_count).toBe(10);
    expect(cache.find('Some_Channel')?.channel_id).toBe('40934651');
    expect(cache.find('other')).toBeUndefined();
  });

  test('the id wins over a login of the same digits', () => {
    const { cache } = cacheAt(() => start);
    cache.apply('1', record({ channel_id: '1', channel_name: '2' }), start);
    cache.apply('2', record({ channel_id: '2', channel_name: 'b' }), start);
    expect(cache.find('2')?.channel_id).toBe('2');
  });

  test('a renamed channel is found by its new name only, and another may take the old one', () => {
    const { cache } = cacheAt(() => start);
    cache.apply('1', record({ channel_id: '1', channel_name: 'old' }), start);
    cache.apply('2', record({ channel_id: '2', channel_name: 'old' }), start);
    cache.apply('1', record({ channel_id: '1', channel_name: 'new' }), start);
    expect(cache.find('old')?.channel_id).toBe('2');
    expect(cache.find('new')?.channel_id).toBe('1');
  });

  test('names of Object.prototype are no channels', () => {
    const { cache } = cacheAt(() => start);
    for (const name of ['__proto__', 'constructor', 'toString']) expect(cache.find(name)).toBeUndefined();
  });
});

describe('a view', () => {
  test('is current while its window contains now', () => {
    let now = start + windowMs - 1;
    const { cache } = cacheAt(() => now);
    cache.apply('40934651', record(), start);
    expect(cache.find('40934651')?.current).toBe(true);
    now = start + windowMs;
    expect(cache.find('40934651')?.current).toBe(false);
  });

  test('takes the append time where a producer sent no updated_at, and null for what is not known', () => {
    const { cache } = cacheAt(() => start);
    cache.apply('40934651', record({ updated_at: 0 }), start + 77);
    expect(cache.find('40934651')).toMatchObject({
      last_updated: start + 77,
      last_message_at: null,
      coverage: null,
    });
  });

  test('is stale until told otherwise', () => {
    const { cache, changed } = cacheAt(() => start);
    cache.apply('40934651', record(), start);
    expect(cache.find('40934651')?.stale).toBe(true);
    changed.length = 0;
    cache.setStale(false);
    expect(cache.find('40934651')?.stale).toBe(false);
    expect(changed).toEqual(['40934651']);
  });
});

describe('the rate', () => {
  test('of updates that are read after a start is theirs, not that of reading them', () => {
    const { cache } = cacheAt(() => start + 20_000);
    for (let second = 0; second <= 20; second++)
      cache.apply(
        '40934651',
        record({ message_count: 100 * second, updated_at: start + 1000 * second }),
        start,
      );
    expect(cache.find('40934651')?.messages_per_second).toBe(100);
  });

  test('counts increments, also over the end of a window; what was before the start is no rate', () => {
    let now = start;
    const { cache } = cacheAt(() => now);
    cache.apply('40934651', record({ message_count: 5000, updated_at: start }), start);
    now = start + 10_000;
    cache.apply('40934651', record({ message_count: 5060, updated_at: now }), now);
    const next = { window_start: start + windowMs, window_end: start + 2 * windowMs, updated_at: now };
    cache.apply('40934651', record({ ...next, message_count: 40 }), now);
    expect(cache.find('40934651')?.messages_per_second).toBe(10);
  });

  test('the list begins with the busiest', () => {
    const now = start + 1000;
    const { cache } = cacheAt(() => now);
    for (const id of ['1', '2', '3']) cache.apply(id, record({ channel_id: id, channel_name: id }), now);
    cache.apply('2', record({ channel_id: '2', channel_name: '2', message_count: 20, updated_at: now }), now);
    cache.apply('3', record({ channel_id: '3', channel_name: '3', message_count: 90, updated_at: now }), now);
    expect(cache.list().map((view) => view.channel_id)).toEqual(['3', '2', '1']);
  });
});

test('the tick tells of rates that fall and windows that end, and forgets after a day', () => {
  let now = start + 5000;
  const { cache, changed } = cacheAt(() => now);
  cache.apply('40934651', record(), start);
  cache.apply('40934651', record({ message_count: 20 }), start);
  cache.tick();
  changed.length = 0;
  cache.tick();
  expect(changed).toEqual([]);
  now = start + 60_000;
  cache.tick();
  expect(changed).toEqual(['40934651']);
  now = start + 86_500_000;
  cache.tick();
  expect(cache.size).toBe(0);
  expect(cache.find('some_channel')).toBeUndefined();
});

test('a tombstone forgets the channel; what is no ChannelStats is counted and skipped', () => {
  const { cache } = cacheAt(() => start);
  cache.apply('40934651', record(), start);
  for (const value of ['', '{', 'null', '[]', '{"channel_id":7}']) {
    expect(cache.apply('x', Buffer.from(value), start)).toBe(false);
  }
  expect(cache.invalidRecords).toBe(5);
  expect(cache.size).toBe(1);
  cache.apply('40934651', undefined, start);
  expect(cache.size).toBe(0);
});
