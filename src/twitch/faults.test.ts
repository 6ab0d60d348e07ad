import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { playChat } from '../simulator/chat-player.ts';
import { memoryLedger } from '../simulator/ledger.ts';
import { parseScenario } from '../simulator/scenario.ts';
import { createScenarioRunner } from '../simulator/scenario-runner.ts';
import { startChatServer } from '../simulator/server.ts';
import type { Gap } from './coverage.ts';
import { createIntake } from './intake.ts';
import { Reader, type ReaderOptions } from './reader.ts';

/**
 * Each fault of the simulator against the reader. The books must close: every line that was sent arrived once, or lies
 * in a gap that was told, or was dropped by the server in secret, which only a second reader can make good.
 */

vi.setConfig({ testTimeout: 30_000 });

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

interface Run {
  /** Message ids as they arrived, doubles included only if they were let through. */
  readonly arrived: readonly string[];
  readonly skipped: Readonly<Record<string, number>>;
  readonly unreadable: number;
  readonly gaps: readonly Gap[];
  /** All lines of chat that the server made, with what became of them there. */
  readonly sent: readonly { at: number; id: string; channel: string; to: number; lost: readonly string[] }[];
  readonly reconnects: readonly string[];
  readonly reader: Reader;
}

/** Plays 1000 lines in about a second to a reader of three channels while the faults happen. */
async function underFaults(faults: readonly unknown[], options: Partial<ReaderOptions> = {}): Promise<Run> {
  const channels = ['alpha', 'beta', 'gamma'];
  const ledger = memoryLedger();
  const server = await startChatServer({ port: 0, ledger });
  cleanUps.push(() => server.close());
  const arrived: string[] = [];
  const skipped: Record<string, number> = {};
  let unreadable = 0;
  const gaps: Gap[] = [];
  const reconnects: string[] = [];
  const intake = createIntake({
    includeMirrored: false,
    onMessage: ({ message_id }) => arrived.push(message_id),
    onSkipped: (reason, raw) => {
      if (raw.includes('id=end-')) return;
      skipped[reason] = (skipped[reason] ?? 0) + 1;
    },
    onUnreadable: () => {
      unreadable++;
    },
  });
  const reader = new Reader({
    url: server.url,
    identity: undefined,
    logger: pino({ level: 'silent' }),
    onLine: (raw) => intake.take(raw),
    onGap: (gap) => gaps.push(gap),
    onReconnect: (reason) => reconnects.push(reason),
    joinsPer10s: 1000,
    lingerMs: 50,
    liveness: { idleMs: 150, answerMs: 100, loginMs: 10_000 },
    reconnect: { firstMs: 20, maxMs: 100 },
    confirmMs: 150,
    joinRetry: { firstMs: 50, maxMs: 100 },
    ...options,
  });
  const stop = new AbortController();
  reader.setChannels(channels);
  const running = reader.run(stop.signal);
  cleanUps.push(async () => {
    stop.abort();
    await running.catch(() => undefined);
  });
  await until(() => reader.status().confirmed.length === channels.length);
  const runner = createScenarioRunner(parseScenario({ faults }), server, ledger);
  const faulting = runner.run(stop.signal);
  await playChat({ server, channels, rate: 400, seed: 5, faults: runner, lines: 1000 }, stop.signal);
  await faulting;
  await until(() => reader.status().confirmed.length === channels.length);
  const sent = ledger.entries.flatMap((entry) =>
    entry.type === 'line' && entry.id !== undefined
      ? [
          {
            at: entry.at,
            id: entry.id,
            channel: entry.channel,
            to: entry.to.length,
            lost: Object.values(entry.lost),
          },
        ]
      : [],
  );
  // What is still on its way arrives before such a line does; a connection that is dead takes a while to be noticed.
  while (!channels.every((channel) => arrived.includes(`end-${channel}`))) {
    for (const channel of channels) {
      const tags = `@room-id=1;user-id=1;id=end-${channel};tmi-sent-ts=1`;
      if (!arrived.includes(`end-${channel}`))
        server.broadcast(channel, `${tags} :a!a@a PRIVMSG #${channel} :end`);
    }
    server.flush();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const chat = arrived.filter((id) => !id.startsWith('end-'));
  return { arrived: chat, skipped, unreadable, gaps, sent, reconnects, reader };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const missing = ({ arrived, sent }: Run) => {
  const got = new Set(arrived);
  return sent.filter(({ id }) => !got.has(id));
};

/** A line that was lost lies in a gap of its channel; `slackMs` for what was on its way when a connection broke. */
function inGap({ gaps }: Run, line: { at: number; channel: string }, slackMs = 50): boolean {
  return gaps.some(
    (gap) => gap.channelName === line.channel && line.at >= gap.from - slackMs && line.at <= gap.to + slackMs,
  );
}

function expectNoDoubles({ arrived }: Run): void {
  expect(new Set(arrived).size).toBe(arrived.length);
}

const afterJoining = ({ gaps }: Run) => gaps.filter(({ reason }) => reason !== 'joining');

describe('make before break: nothing lost, nothing double, no gap', () => {
  it('when Twitch asks to reconnect', async () => {
    const run = await underFaults([{ at: 0.4, do: 'reconnect', seconds: 0.6 }]);
    expect(missing(run)).toEqual([]);
    expectNoDoubles(run);
    expect(afterJoining(run)).toEqual([]);
    expect(run.reconnects).toContain('reconnect asked');
  });

  it('when it asks again before the first is done', async () => {
    const run = await underFaults([
      { at: 0.3, do: 'reconnect', seconds: 0.5 },
      { at: 0.32, do: 'reconnect', seconds: 0.7 },
    ]);
    expect(missing(run)).toEqual([]);
    expectNoDoubles(run);
    expect(afterJoining(run)).toEqual([]);
  });

  it('when a connection is rotated as planned', async () => {
    const run = await underFaults([], { rotateMs: 200 });
    expect(missing(run)).toEqual([]);
    expectNoDoubles(run);
    expect(afterJoining(run)).toEqual([]);
    expect(run.reconnects.filter((reason) => reason === 'rotation').length).toBeGreaterThanOrEqual(2);
  });
});

describe('what is lost lies in a gap that says why', () => {
  it.each([
    ['a cut connection', [{ at: 0.4, do: 'cut' }], /closed by Twitch \(1006\)/],
    ['a server that is down', [{ at: 0.4, do: 'down', seconds: 0.3 }], /closed by Twitch \(1006\)/],
    ['a half-open connection', [{ at: 0.4, do: 'half-open' }], /no bytes for \d+ ms/],
  ])('%s', async (_name, faults, reason) => {
    const run = await underFaults(faults);
    const lost = missing(run);
    expect(lost.filter((line) => !inGap(run, line))).toEqual([]);
    expectNoDoubles(run);
    const gaps = afterJoining(run);
    expect(new Set(gaps.map(({ channelName }) => channelName))).toEqual(new Set(['alpha', 'beta', 'gamma']));
    for (const gap of gaps) expect(gap.reason).toMatch(reason);
    expect(run.reader.status().confirmed).toHaveLength(3);
  });

  it.each([
    ['suspend', 'suspended or does not exist'],
    ['ban', 'banned from the channel'],
    ['ignore-join', 'no answer: it may not exist'],
  ])('a channel that Twitch refuses: %s', async (fault, reason) => {
    const run = await underFaults([{ at: 0.3, do: fault, channel: 'beta', seconds: 0.6 }]);
    const lost = missing(run);
    expect(lost.length).toBeGreaterThan(0);
    expect(new Set(lost.map(({ channel }) => channel))).toEqual(new Set(['beta']));
    expect(lost.filter((line) => !inGap(run, line))).toEqual([]);
    expect(afterJoining(run).map((gap) => gap.reason)).toContain(reason);
    expect(run.reader.status().failed).toEqual([]);
  });
});

describe('lines as they come', () => {
  it('counts doubled lines once', async () => {
    const run = await underFaults([{ at: 0.2, do: 'double-lines', count: 50 }]);
    expect(missing(run)).toEqual([]);
    expectNoDoubles(run);
    expect(run.skipped).toEqual({ duplicate: 50 });
  });

  it('reads fragments, 8 KiB of tags and a flood', async () => {
    const run = await underFaults([
      { at: 0, do: 'split-frames', seconds: 0.5 },
      { at: 0.2, do: 'big-tags', count: 20 },
      { at: 0.4, do: 'flood', count: 800 },
    ]);
    expect(missing(run)).toEqual([]);
    expectNoDoubles(run);
    expect([run.skipped, run.unreadable]).toEqual([{}, 0]);
  });

  it('keeps the connection when bytes are no UTF-8, and the lines with a replacement for them', async () => {
    const run = await underFaults([{ at: 0.2, do: 'invalid-utf8', count: 10 }]);
    expect(missing(run)).toEqual([]);
    expect(run.reconnects).toEqual([]);
  });

  it('misses what Twitch drops in secret with one reader, nothing of it with two', async () => {
    const drop = [{ at: 0.2, do: 'drop-lines', count: 40, forAll: false }];
    const one = await underFaults(drop);
    expect(missing(one)).toHaveLength(40);
    const two = await underFaults(drop, { readers: 2 });
    expect(missing(two)).toEqual([]);
    expectNoDoubles(two);
  });
});

it('is not thrown out for joining too fast, over reconnects', async () => {
  const server = await startChatServer({ port: 0 });
  cleanUps.push(() => server.close());
  server.joins.limit = 20;
  const reconnects: string[] = [];
  const reader = new Reader({
    url: server.url,
    identity: undefined,
    logger: pino({ level: 'silent' }),
    onLine: (raw) => createIntake({ includeMirrored: false, onMessage: () => undefined }).take(raw),
    onGap: () => undefined,
    onReconnect: (reason) => reconnects.push(reason),
  });
  const stop = new AbortController();
  reader.setChannels(Array.from({ length: 25 }, (_, index) => `room_${index}`));
  const running = reader.run(stop.signal);
  await until(() => reader.status().confirmed.length === 20);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(reader.status().confirmed).toHaveLength(20);
  expect(reconnects).toEqual([]);
  stop.abort();
  await running;
});
