import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { Secret } from '../config/secret.ts';
import { type ChatServer, startChatServer } from '../simulator/server.ts';
import { freePorts } from '../stack/ports.ts';
import { OUT_OF_ORDER_MS } from './connection.ts';
import type { Gap } from './coverage.ts';
import { type IrcLine, parseIrcLine } from './irc-line.ts';
import { Reader, type ReaderOptions } from './reader.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function server(options: Partial<Parameters<typeof startChatServer>[0]> = {}): Promise<ChatServer> {
  const started = await startChatServer({ port: 0, ...options });
  cleanUps.push(() => started.close());
  return started;
}

function read(url: string, channels: readonly string[], options: Partial<ReaderOptions> = {}) {
  const chat: IrcLine[] = [];
  const gaps: Gap[] = [];
  const reader = new Reader({
    url,
    identity: undefined,
    logger: pino({ level: 'silent' }),
    onLine: (raw) => {
      const line = parseIrcLine(raw);
      if (line?.command === 'PRIVMSG') chat.push(line);
      return line;
    },
    onGap: (gap) => gaps.push(gap),
    lingerMs: 50,
    reconnect: { firstMs: 20, maxMs: 100 },
    ...options,
  });
  const stop = new AbortController();
  reader.setChannels(channels);
  const running = reader.run(stop.signal);
  const end = async () => {
    stop.abort();
    await running.catch(() => undefined);
  };
  cleanUps.push(end);
  return { reader, chat, gaps, end, running };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** So long after it was joined a gap may begin before the end of the connection: never before its JOIN. */
const whileIn = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const line = (text: string) => `@id=a :ann!ann@ann.tmi.twitch.tv PRIVMSG #alpha :${text}`;

it('joins, hears, and keeps the white space at the end of every line of a frame', async () => {
  const twitch = await server();
  const { reader, chat } = read(twitch.url, ['alpha']);
  await until(() => reader.status().confirmed.length === 1);
  twitch.broadcast('alpha', line('one  '));
  twitch.broadcast('alpha', line('two \u00a0\u3000'));
  twitch.flush();
  await until(() => chat.length === 2);
  expect(chat.map(({ params }) => params[1])).toEqual(['one  ', 'two \u00a0\u3000']);
  expect(reader.status()).toMatchObject({ state: 'connected', confirmed: ['alpha'], failed: [] });
});

it('goes on after a line without text, which throws inside tmi.js', async () => {
  const twitch = await server();
  const { reader, chat } = read(twitch.url, ['alpha']);
  await until(() => reader.status().confirmed.length === 1);
  for (const raw of ['@id=a :ann!ann@x PRIVMSG #alpha', ':tmi.twitch.tv NOTICE #alpha', line('after')]) {
    twitch.broadcast('alpha', raw);
  }
  twitch.flush();
  await until(() => chat.length === 2);
  expect(chat[1]?.params[1]).toBe('after');
});

it('spreads channels over connections of at most 90', async () => {
  const twitch = await server();
  const channels = Array.from({ length: 200 }, (_, index) => `room_${index}`);
  const { reader } = read(twitch.url, channels, { joinsPer10s: 1000 });
  await until(() => reader.status().confirmed.length === 200);
  expect(twitch.clients()).toBe(3);
  expect(reader.status().connections).toEqual({ wanted: 3, open: 3 });
});

it('follows changes of the wanted channels', async () => {
  const twitch = await server();
  const { reader } = read(twitch.url, ['alpha', 'beta']);
  await until(() => reader.status().confirmed.length === 2);
  reader.setChannels(['beta', 'gamma']);
  await until(() => twitch.listeners('gamma') === 1 && twitch.listeners('alpha') === 0);
  expect(reader.status().wanted).toEqual(['beta', 'gamma']);
});

it('comes back after a server is gone for a while, and tells the gap', async () => {
  const [port = 0] = await freePorts(1);
  const twitch = await startChatServer({ port });
  const { reader, gaps } = read(twitch.url, ['alpha']);
  await until(() => reader.status().confirmed.length === 1);
  const joining = gaps.length;
  const closedAt = Date.now();
  await twitch.close();
  await until(() => reader.status().state === 'disconnected');
  await server({ port });
  await until(() => reader.status().confirmed.length === 1);
  expect(gaps).toHaveLength(joining + 1);
  const gap = gaps[joining];
  expect(gap).toMatchObject({ channelName: 'alpha', reason: 'closed by Twitch (1001)' });
  expect(gap?.from).toBeGreaterThanOrEqual(closedAt - 100 - OUT_OF_ORDER_MS);
  expect(gap?.to).toBeLessThanOrEqual(Date.now());
});

it('takes nothing for heard that a silent connection may hold: a kill -9 would lose it and tell no gap', async () => {
  const twitch = await server();
  const { reader, chat } = read(twitch.url, ['alpha']);
  await until(() => reader.status().confirmed.length === 1);
  twitch.broadcast('alpha', line('last'));
  twitch.flush();
  await until(() => chat.length === 1);
  const heardAt = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(reader.heardUntil(Date.now()).get('alpha')).toBeLessThanOrEqual(heardAt - OUT_OF_ORDER_MS);
});

it('owns up to all that a broken connection may have taken with it: the gap begins half a second before the last bytes', async () => {
  const twitch = await server();
  const { reader, chat, gaps } = read(twitch.url, ['alpha']);
  await until(() => reader.status().confirmed.length === 1);
  await whileIn(700);
  twitch.broadcast('alpha', line('last'));
  twitch.flush();
  await until(() => chat.length === 1);
  await whileIn(300);
  const cutAt = Date.now();
  twitch.cutAll();
  await until(() => gaps.some(({ reason }) => reason === 'closed by Twitch (1006)'));
  expect(gaps.at(-1)?.from).toBeLessThanOrEqual(cutAt - 250 - OUT_OF_ORDER_MS);
});

it('begins the gap half a second before the last message that was read had been sent: what followed it may lie unread, and Twitch sends out of order', async () => {
  const twitch = await server();
  const { reader, chat, gaps } = read(twitch.url, ['alpha']);
  await until(() => reader.status().confirmed.length === 1);
  await whileIn(1000);
  const sentAt = Date.now() - 300;
  twitch.broadcast('alpha', line('late').replace('@', `@tmi-sent-ts=${sentAt};`));
  twitch.flush();
  await until(() => chat.length === 1);
  twitch.cutAll();
  await until(() => gaps.some(({ reason }) => reason === 'closed by Twitch (1006)'));
  expect(gaps.find(({ reason }) => reason === 'closed by Twitch (1006)')?.from).toBe(sentAt - 500);
});

it('does not take the time of replayed chat for that of now', async () => {
  const twitch = await server();
  const { reader, chat, gaps } = read(twitch.url, ['alpha']);
  await until(() => reader.status().confirmed.length === 1);
  const before = Date.now();
  twitch.broadcast('alpha', line('of 2019').replace('@', '@tmi-sent-ts=1550000000000;'));
  twitch.flush();
  await until(() => chat.length === 1);
  twitch.cutAll();
  await until(() => gaps.some(({ reason }) => reason === 'closed by Twitch (1006)'));
  expect(gaps.find(({ reason }) => reason === 'closed by Twitch (1006)')?.from).toBeGreaterThanOrEqual(
    before - OUT_OF_ORDER_MS,
  );
});

it('keeps an old connection for as long as the JOINs of the new one have to wait', async () => {
  const twitch = await server();
  const channels = ['alpha', 'beta', 'gamma'];
  const reasons: string[] = [];
  const { reader, gaps } = read(twitch.url, channels, {
    joinsPer10s: 3,
    rotateMs: 200,
    overlapMs: 50,
    onReconnect: (reason) => reasons.push(reason),
  });
  await until(() => reader.status().confirmed.length === 3);
  const joining = gaps.length;
  await until(() => reasons.includes('rotation') && twitch.clients() === 2);
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(reader.status().confirmed).toEqual(channels);
  expect(gaps).toHaveLength(joining);
  expect(twitch.listeners('alpha')).toBe(1);
});

it('counts no connection that has died while no other could be had', async () => {
  const twitch = await server();
  const reasons: string[] = [];
  const { reader } = read(twitch.url, ['alpha'], { onReconnect: (reason) => reasons.push(reason) });
  await until(() => reader.status().confirmed.length === 1);
  twitch.acceptsConnections = false;
  twitch.askToReconnect();
  await until(() => reasons.includes('reconnect asked'));
  expect(reader.status().connections.open).toBe(1);
  twitch.cutAll();
  await until(() => reader.status().connections.open === 0);
  expect(reader.status().state).toBe('disconnected');
});

it('waits for no JOIN of a channel that is wanted no more', async () => {
  const twitch = await server();
  const { reader } = read(twitch.url, ['alpha', 'beta'], { joinsPer10s: 3, rotateMs: 200 });
  await until(() => twitch.clients() === 2 && twitch.listeners('alpha') === 2);
  expect(twitch.listeners('beta')).toBe(1);
  reader.setChannels(['alpha']);
  await until(() => twitch.clients() === 1 && twitch.listeners('alpha') === 1);
});

it('leaves no connection behind when a new login is refused', async () => {
  const twitch = await server();
  const identity = { username: 'reader', token: new Secret('oauth:until-now') };
  const { reader, running } = read(twitch.url, ['alpha'], { rotateMs: 200, identity });
  await until(() => reader.status().confirmed.length === 1);
  twitch.acceptsLogins = false;
  await expect(running).rejects.toMatchObject({ code: 'TWITCH_LOGIN_REFUSED' });
  expect(reader.status().connections.open).toBe(0);
  await until(() => twitch.clients() === 0);
});

it('leaves in order: every line that was on its way arrives', async () => {
  const twitch = await server();
  const { reader, chat, end } = read(twitch.url, ['alpha']);
  await until(() => reader.status().confirmed.length === 1);
  let sent = 0;
  const talk = () => {
    for (let index = 0; index < 200; index++) sent += twitch.broadcast('alpha', line(String(index)));
    twitch.flush();
  };
  const talking = setInterval(talk, 1);
  await until(() => chat.length > 1000);
  // On their way for certain: nothing can have read them yet.
  talk();
  await end();
  clearInterval(talking);
  expect(chat.length).toBe(sent);
});

it('leaves a gap half a second before it left in order: what was said then may come behind the answer', async () => {
  const twitch = await server();
  const { reader, gaps, end } = read(twitch.url, ['alpha']);
  await until(() => reader.status().confirmed.length === 1);
  await whileIn(700);
  const left = Date.now();
  await end();
  const [gap] = gaps.filter(({ reason }) => reason === 'the ingestor ends');
  expect(gap?.from).toBeGreaterThanOrEqual(left - OUT_OF_ORDER_MS);
  expect(gap?.from).toBeLessThanOrEqual(Date.now() - OUT_OF_ORDER_MS);
});

it('leaves the process as it was: no timer, no listener, no socket stays', async () => {
  const twitch = await server();
  const before = process.getActiveResourcesInfo().length;
  const { reader, end } = read(twitch.url, ['alpha', 'beta']);
  await until(() => reader.status().confirmed.length === 2);
  await end();
  await until(() => twitch.clients() === 0);
  await until(() => process.getActiveResourcesInfo().length <= before);
});
