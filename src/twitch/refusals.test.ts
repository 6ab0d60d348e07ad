import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { Secret } from '../config/secret.ts';
import { type ChatServer, type ChatServerOptions, startChatServer } from '../simulator/server.ts';
import type { Gap } from './coverage.ts';
import { parseIrcLine } from './irc-line.ts';
import { Reader, type ReaderOptions } from './reader.ts';

/** What Twitch may say to a login or a JOIN, or fail to say. */

async function chatServer(options: Omit<ChatServerOptions, 'port'> = {}): Promise<ChatServer> {
  const server = await startChatServer({ port: 0, ...options });
  onTestFinished(() => server.close());
  return server;
}

/** Reads the channels; what is tried again is so within a tenth of a second. */
function readerOf(server: ChatServer, channels: readonly string[], options: Partial<ReaderOptions> = {}) {
  const gaps: Gap[] = [];
  const reconnects: string[] = [];
  const reader = new Reader({
    url: server.url,
    identity: undefined,
    logger: pino({ level: 'silent' }),
    onLine: parseIrcLine,
    onGap: (gap) => gaps.push(gap),
    onReconnect: (reason) => reconnects.push(reason),
    joinsPer10s: 1000,
    lingerMs: 20,
    confirmMs: 100,
    reconnect: { firstMs: 20, maxMs: 50 },
    joinRetry: { firstMs: 20, maxMs: 50 },
    ...options,
  });
  reader.setChannels(channels);
  const stop = new AbortController();
  const running = reader.run(stop.signal);
  running.catch(() => undefined);
  onTestFinished(async () => {
    stop.abort();
    await running.catch(() => undefined);
  });
  return { reader, running, gaps, reconnects };
}

const confirmed = (reader: Reader, channels: readonly string[]) =>
  vi.waitFor(() => expect(reader.status().confirmed).toEqual(channels), { timeout: 20_000 });

it('ends with TWITCH_LOGIN_REFUSED when Twitch does not know the token', async () => {
  const server = await chatServer();
  server.acceptsLogins = false;
  const identity = { username: 'reader', token: new Secret('oauth:wrong') };
  const { running } = readerOf(server, ['alpha'], { identity });
  await expect(running).rejects.toMatchObject({
    code: 'TWITCH_LOGIN_REFUSED',
    detail: 'Login authentication failed',
  });
});

it('tries again when a login without a token is refused: there is none that could be wrong', async () => {
  const server = await chatServer();
  server.acceptsLogins = false;
  const refused = vi.fn();
  const logger = pino({ level: 'warn' }, { write: refused });
  const { reader } = readerOf(server, ['alpha'], { logger });
  await vi.waitFor(() => expect(refused.mock.calls.length).toBeGreaterThan(2), { timeout: 20_000 });
  server.acceptsLogins = true;
  await confirmed(reader, ['alpha']);
});

it('gets a new connection for a channel that an old one does not join, and loses nothing of the others', async () => {
  const server = await chatServer();
  const { reader, gaps, reconnects } = readerOf(server, ['alpha'], { oldAfterMs: 0 });
  await confirmed(reader, ['alpha']);
  server.deafenAll();
  reader.setChannels(['alpha', 'beta']);
  await confirmed(reader, ['alpha', 'beta']);
  expect(reconnects).toEqual(['JOINs were not answered']);
  expect(gaps.filter(({ channelName, reason }) => channelName === 'alpha' && reason !== 'joining')).toEqual(
    [],
  );
});

it('gets one new connection, not more, for a channel that nobody knows', async () => {
  const server = await chatServer();
  server.joins.refuse('ghost', 'ignore-join');
  const { reader, reconnects } = readerOf(server, ['alpha', 'ghost'], { oldAfterMs: 0 });
  await vi.waitFor(() => expect(reconnects).toHaveLength(1), { timeout: 20_000 });
  const nextTries = new Set<number | undefined>();
  await vi.waitFor(
    () => {
      nextTries.add(reader.status().failed[0]?.next_try_at);
      expect(nextTries.size).toBeGreaterThan(5);
    },
    { timeout: 20_000 },
  );
  expect(reconnects).toHaveLength(1);
});

it('waits longer and longer for a channel that lets it in and puts it out again', async () => {
  const joins = vi.fn();
  const server = await chatServer({
    onJoined: (channel) => {
      joins(channel);
      setTimeout(() => server.putOut(channel, undefined), 50);
    },
  });
  const { reader } = readerOf(server, ['alpha'], { joinRetry: { firstMs: 600_000, maxMs: 600_000 } });
  await vi.waitFor(() => expect(reader.status().failed).toHaveLength(1), { timeout: 20_000 });
  // By the one or the other: its JOIN and its PART may be read at once.
  expect(reader.status().failed[0]?.reason).toMatch(/^put out of/);
  expect(joins).toHaveBeenCalledOnce();
});

it('comes back to a channel of which it was told that it may not be there, while it was', async () => {
  const server = await chatServer();
  const { reader, gaps } = readerOf(server, ['alpha']);
  await confirmed(reader, ['alpha']);
  server.broadcast('alpha', '@msg-id=msg_banned :tmi.twitch.tv NOTICE #alpha :You are banned.');
  server.flush();
  await vi.waitFor(() => expect(gaps.at(-1)?.reason).toBe('banned from the channel'), { timeout: 20_000 });
  await confirmed(reader, ['alpha']);
});

it('says what Twitch said of a channel that it does not let us in, though we do not know these words', async () => {
  const server = await chatServer();
  server.joins.refuse('ghost', 'ignore-join');
  const { reader } = readerOf(server, ['alpha', 'ghost']);
  await confirmed(reader, ['alpha']);
  await vi.waitFor(
    () => {
      server.broadcastAll('@msg-id=msg_new :tmi.twitch.tv NOTICE #ghost :Something new.');
      server.flush();
      expect(reader.status().failed[0]?.reason).toBe('no answer, but Twitch said: Something new.');
    },
    { timeout: 20_000 },
  );
});

it('listens to nothing more after a channel put it out many times', async () => {
  const warned = vi.fn();
  process.on('warning', warned);
  onTestFinished(() => {
    process.off('warning', warned);
  });
  const puttingOut = { left: 15 };
  const server = await chatServer({
    onJoined: (channel) => {
      if (puttingOut.left-- > 0) setTimeout(() => server.putOut(channel, undefined), 20);
    },
  });
  const { reader } = readerOf(server, ['alpha'], { joinRetry: { firstMs: 1, maxMs: 1 } });
  await vi.waitFor(() => expect(puttingOut.left).toBeLessThan(0), { timeout: 20_000 });
  await confirmed(reader, ['alpha']);
  expect(warned).not.toHaveBeenCalled();
});
