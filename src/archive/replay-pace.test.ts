import { describe, expect, it } from 'vitest';
import type { ChannelMessage } from '../cassandra/message-pages.ts';
import { type Clock, noPace, rhythm } from './replay-pace.ts';

const never = new AbortController().signal;

/** Time that passes only while somebody sleeps. */
function fakeClock(): Clock & { time: number } {
  const clock = {
    time: 5000,
    now: () => clock.time,
    sleep: async (ms: number) => {
      clock.time += ms;
    },
  };
  return clock;
}

function at(timestamp: number): ChannelMessage {
  return { message_id: 'id', user_id: '1', username: 'viewer', message: '', timestamp, emotes: [] };
}

/** When each message came, as `[timestamp, clock]`. */
async function run(factor: number, timestamps: readonly number[], clock = fakeClock()) {
  const pace = rhythm(factor, clock);
  const came: [number, number][] = [];
  let rest = timestamps.map(at);
  while (rest.length > 0) {
    const due = await pace.due(rest, never);
    came.push(...rest.slice(0, due).map(({ timestamp }): [number, number] => [timestamp, clock.time]));
    rest = rest.slice(due);
  }
  return came;
}

describe('the pace of a replay', () => {
  it('keeps the rhythm of the chat', async () => {
    expect(await run(1, [100, 100, 350, 1100])).toEqual([
      [100, 5000],
      [100, 5000],
      [350, 5250],
      [1100, 6000],
    ]);
  });

  it('is as many times as fast', async () => {
    expect(await run(10, [0, 1000, 600_000])).toEqual([
      [0, 5000],
      [1000, 5100],
      [600_000, 65_000],
    ]);
  });

  it('catches up on what a slow reader delayed', async () => {
    const clock = fakeClock();
    const pace = rhythm(1, clock);
    expect(await pace.due([at(0), at(10)], never)).toBe(1);
    clock.time += 500;
    expect(await pace.due([at(10), at(400), at(600)], never)).toBe(2);
    expect(await pace.due([at(600)], never)).toBe(1);
    expect(clock.time).toBe(5600);
  });

  it('gives nothing more when aborted while it waits', async () => {
    const stop = new AbortController();
    const clock = fakeClock();
    const pace = rhythm(1, { now: clock.now, sleep: async () => stop.abort() });
    await pace.due([at(0)], stop.signal);
    expect(await pace.due([at(60_000)], stop.signal)).toBe(0);
  });

  it('can be none', async () => {
    expect(await noPace.due([at(0), at(1_000_000)], never)).toBe(2);
  });
});
