import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { Connection, OUT_OF_ORDER_MS } from './connection.ts';
import { parseIrcLine } from './irc-line.ts';

interface Closed {
  readonly reason: string;
  readonly heardUntil: number;
  readonly toldAt: number;
}

const welcome = ':tmi.twitch.tv 001 justinfan1 :Welcome\r\n:tmi.twitch.tv 376 justinfan1 :>\r\n';

/** A connection that is logged in, the server's end of it, and what is told when it closes. */
async function connect(greet = (peer: WebSocket, _socket: Socket) => peer.send(welcome)) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  let tell: (closed: Closed) => void = () => undefined;
  const closed = new Promise<Closed>((resolve) => {
    tell = resolve;
  });
  const connection = new Connection({
    url: `ws://127.0.0.1:${port}`,
    identity: undefined,
    logger: pino({ level: 'silent' }),
    onLine: parseIrcLine,
    events: {
      joined: () => undefined,
      parted: () => undefined,
      refused: () => undefined,
      reconnectAsked: () => undefined,
      closed: (reason, heardUntil) => tell({ reason, heardUntil, toldAt: Date.now() }),
    },
    liveness: { idleMs: 60_000, answerMs: 60_000 },
  });
  const opened = connection.open();
  const [peer, { socket }]: [WebSocket, IncomingMessage] = await once(server, 'connection').then(
    ([client, request]) => [client, request],
  );
  greet(peer, socket);
  await opened;
  onTestFinished(() => connection.end());
  return { peer, closed };
}

const message = (sentAt: number) =>
  `@id=1;room-id=2;user-id=3;tmi-sent-ts=${sentAt} :a!a@a.tmi.twitch.tv PRIVMSG #a :hi`;

test('a close is told when its frame comes, though the other side never hangs up', async () => {
  const { peer, closed } = await connect();
  const from = Date.now();
  peer.send(message(from));
  peer.close(1001, 'bye');
  // It hears no answer, so it keeps the socket.
  peer.pause();
  const { reason, heardUntil } = await closed;
  expect(reason).toBe('closed by Twitch (1001 bye)');
  expect(heardUntil).toBeGreaterThanOrEqual(from - OUT_OF_ORDER_MS);
});

test('a close is as old as what may come behind the line before it, however late both were read', async () => {
  const { peer, closed } = await connect();
  const sentAt = Date.now() - 3000;
  peer.send(message(sentAt));
  peer.close(1001);
  expect((await closed).heardUntil).toBe(sentAt - OUT_OF_ORDER_MS);
});

test('a close in the same read as the welcome is told', async () => {
  const { closed } = await connect((peer, socket) => {
    socket.cork();
    peer.send(welcome);
    peer.close(1001, 'bye');
    socket.uncork();
  });
  expect((await closed).reason).toContain('bye');
});

test('a close where no chat was is a moment old', async () => {
  const from = Date.now();
  const { peer, closed } = await connect();
  await sleep(500);
  peer.close(1001);
  const { heardUntil, toldAt } = await closed;
  expect(heardUntil).toBeLessThan(toldAt);
  expect(heardUntil).toBeGreaterThanOrEqual(from - OUT_OF_ORDER_MS);
});
