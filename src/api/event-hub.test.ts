import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Health, StreamEventName } from '../contract/api.ts';
import { EventHub } from './event-hub.ts';
import { StatsCache } from './stats-cache.ts';

/** A connection that takes bytes until it is told to stall. */
class FakeSink {
  text = '';
  stalled = false;
  ended = false;
  destroyed = false;
  #drain = () => {};

  write(chunk: string): boolean {
    this.text += chunk;
    return !this.stalled;
  }
  end(chunk = '') {
    this.text += chunk;
    this.ended = true;
  }
  destroy() {
    this.destroyed = true;
  }
  on(_event: 'drain', listener: () => void) {
    this.#drain = listener;
  }
  resume() {
    this.stalled = false;
    this.#drain();
  }
  /** The events that came since the last call, as `[name, data]`. */
  take(): [string, unknown][] {
    const events = [...this.text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)];
    this.text = '';
    return events.map(([, name = '', data = '']) => [name, JSON.parse(data)]);
  }
}

const message = {
  channel_id: '1',
  channel_name: 'forsen',
  message_id: '0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a11',
  user_id: '2',
  username: 'ann',
  message: 'm',
  timestamp: 1,
  emotes: [],
};

const health: Health = {
  status: 'healthy',
  timestamp: 1,
  services: { kafka: 'connected', cache: 'ready', cassandra: 'connected' },
  details: {
    kafka: { since: 1, lag: 0, reason: null },
    cache: { since: 1, channels: 0 },
    cassandra: { since: 1, reason: null },
  },
};

function stats(id: string, count: number): Buffer {
  return Buffer.from(
    JSON.stringify({
      channel_id: id,
      channel_name: `name${id}`,
      message_count: count,
      window_start: 0,
      window_end: 600_000,
      window_duration_seconds: 600,
      updated_at: Date.now(),
    }),
  );
}

function filter(events: StreamEventName[], channels?: string[]) {
  return { events: new Set(events), channels: channels === undefined ? undefined : new Set(channels) };
}

let cache: StatsCache;
let hub: EventHub;
let dropped: string[];

beforeEach(() => {
  vi.useFakeTimers();
  cache = new StatsCache();
  dropped = [];
  hub = new EventHub({ cache, health: () => health, onDropped: (reason) => dropped.push(reason) });
  cache.onChange((id) => hub.touch(id));
});

afterEach(() => {
  hub.close();
  vi.useRealTimers();
});

describe('a new reader', () => {
  test('gets the health and the stats of every channel that it wants', () => {
    for (const id of ['1', '2', '3']) cache.apply(id, stats(id, 5), 0);
    const sink = new FakeSink();
    hub.connect(sink, filter(['stats', 'health'], ['1', 'name3']));
    const events = sink.take();
    expect(events[0]).toEqual(['health', health]);
    expect(events.slice(1)).toMatchObject([
      ['stats', { channel_id: '1' }],
      ['stats', { channel_id: '3' }],
    ]);
  });

  test('gets the gaps of the last hour, unless it says up to where it knows them', () => {
    const now = Date.now();
    const gap = (channel_name: string, from: number, to: number) => ({
      type: 'gap' as const,
      channel_id: null,
      channel_name,
      from,
      to,
      reason: 'test',
    });
    hub.publishGap(gap('a', now - 4_000_000, now - 3_700_000));
    hub.publishGap(gap('a', now - 30_000, now - 20_000));
    hub.publishGap(gap('b', now - 30_000, now - 20_000));
    hub.publishGap(gap('a', now - 20_000, now - 15_000));
    for (const unknown of [undefined, 'another-1', 'garbage']) {
      const sink = new FakeSink();
      hub.connect(sink, filter(['gap'], ['a']), unknown);
      const id = /id: (\S+)/.exec(sink.text)?.[1];
      expect(sink.take()).toEqual([['gap', gap('a', now - 30_000, now - 15_000)]]);
      const again = new FakeSink();
      hub.connect(again, filter(['gap'], ['a']), id);
      expect(again.take()).toEqual([]);
    }
  });

  test('gets what it missed since Last-Event-ID, of the channels that it wants', () => {
    const first = new FakeSink();
    hub.connect(first, filter(['gap']));
    const gap = (channel_name: string) => ({
      type: 'gap' as const,
      channel_id: null,
      channel_name,
      from: 1,
      to: 2,
      reason: 'test',
    });
    hub.publishGap(gap('a'));
    const id = /id: (\S+)/.exec(first.text)?.[1];
    hub.publishGap(gap('b'));
    hub.publishGap(gap('c'));
    const again = new FakeSink();
    hub.connect(again, filter(['gap'], ['c']), id);
    expect(again.take()).toEqual([['gap', gap('c')]]);
    const other = new FakeSink();
    hub.connect(other, filter(['gap']), 'another-1');
    expect(other.take()).toEqual([]);
  });

  test('gets the gaps that it missed, however much chat came behind them', () => {
    const first = new FakeSink();
    hub.connect(first, filter(['gap', 'message']));
    const gap = { type: 'gap' as const, channel_id: '1', channel_name: 'a', from: 1, to: 2, reason: 'test' };
    hub.publishGap(gap);
    const id = /id: (\S+)/.exec(first.text)?.[1];
    hub.publishGap({ ...gap, to: 3 });
    for (let index = 0; index < 2500; index += 1) hub.publishMessage({ ...message, message: String(index) });
    const again = new FakeSink();
    hub.connect(again, filter(['gap', 'message']), id);
    const [missed, ...chat] = again.take();
    expect(missed).toEqual(['gap', { ...gap, to: 3 }]);
    expect(chat).toHaveLength(999);
    expect(chat.at(-1)).toMatchObject(['message', { message: '2499' }]);
  });
});

test('an update is told within 100 ms also when the clock was set back by an hour', async () => {
  const sink = new FakeSink();
  hub.connect(sink, filter(['stats']));
  cache.apply('1', stats('1', 1), 0);
  await vi.advanceTimersByTimeAsync(100);
  vi.setSystemTime(Date.now() - 3_600_000);
  cache.apply('1', stats('1', 2), 1);
  await vi.advanceTimersByTimeAsync(100);
  expect(sink.take().at(-1)).toMatchObject(['stats', { message_count: 2 }]);
});

test('many updates of one channel become one event in 100 ms, the first at once', async () => {
  const sink = new FakeSink();
  hub.connect(sink, filter(['stats']));
  cache.apply('1', stats('1', 1), 0);
  await vi.advanceTimersByTimeAsync(1);
  expect(sink.take()).toMatchObject([['stats', { message_count: 1 }]]);
  for (let count = 2; count <= 500; count += 1) cache.apply('1', stats('1', count), 0);
  await vi.advanceTimersByTimeAsync(90);
  expect(sink.take()).toEqual([]);
  await vi.advanceTimersByTimeAsync(20);
  expect(sink.take()).toMatchObject([['stats', { message_count: 500 }]]);
});

describe('a reader that does not keep up', () => {
  test('gets only the newest stats when it reads again', async () => {
    const sink = new FakeSink();
    hub.connect(sink, filter(['stats']));
    sink.stalled = true;
    for (let count = 1; count <= 50; count += 1) {
      cache.apply('1', stats('1', count), 0);
      await vi.advanceTimersByTimeAsync(150);
    }
    // The write that told us so had been taken.
    expect(sink.take()).toMatchObject([['stats', { message_count: 1 }]]);
    sink.resume();
    expect(sink.take()).toMatchObject([['stats', { message_count: 50 }]]);
  });

  test('gets every message when it reads again, in order', () => {
    const sink = new FakeSink();
    hub.connect(sink, filter(['message']));
    sink.stalled = true;
    for (let index = 0; index < 10; index += 1) hub.publishMessage({ ...message, message: String(index) });
    sink.resume();
    expect(sink.take().map(([, data]) => data)).toMatchObject(
      Array.from({ length: 10 }, (_, index) => ({ message: String(index) })),
    );
  });

  test('is dropped with a reason when too much waits for it, and memory stays bounded', () => {
    const sink = new FakeSink();
    hub.connect(sink, filter(['message']));
    sink.stalled = true;
    for (let index = 0; index < 10_000; index += 1) hub.publishMessage(message);
    expect(sink.ended).toBe(true);
    vi.advanceTimersByTime(1000);
    expect(sink.destroyed).toBe(true);
    expect(sink.take().at(-1)).toEqual(['dropped', { reason: '1000 events were waiting' }]);
    expect(dropped).toEqual(['1000 events were waiting']);
    expect(hub.clients).toBe(0);
  });

  test('is dropped when it has read nothing for half a minute', async () => {
    const sink = new FakeSink();
    hub.connect(sink, filter(['stats', 'health']));
    sink.stalled = true;
    hub.publishHealth(health);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(sink.destroyed).toBe(true);
    expect(hub.clients).toBe(0);
  });
});

test('chat messages are asked for with the first reader that wants them, and not after the last has gone', () => {
  const wanted: boolean[] = [];
  hub.onMessagesWanted((value) => wanted.push(value));
  const leaveStats = hub.connect(new FakeSink(), filter(['stats']));
  const leaveFirst = hub.connect(new FakeSink(), filter(['message']));
  const leaveSecond = hub.connect(new FakeSink(), filter(['message']));
  leaveFirst();
  expect(wanted).toEqual([true]);
  leaveSecond();
  leaveStats();
  expect(wanted).toEqual([true, false]);
});
