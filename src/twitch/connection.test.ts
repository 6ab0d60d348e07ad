import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { Connection, type Liveness, OUT_OF_ORDER_MS } from './connection.ts';
import { parseIrcLine } from './irc-line.ts';

interface Closed {
  readonly reason: string;
  readonly heardUntil: number;
  readonly toldAt: number;
}

const welcome = ':tmi.twitch.tv 001 justinfan1 :Welcome\r\n:tmi.twitch.tv 376 justinfan1 :>\r\n';

/** A connection that is logged in, the server's end of it, and what is told when it closes. */
async function connect(
  greet = (peer: WebSocket, _socket: Socket) => peer.send(welcome),
  liveness: Liveness = { idleMs: 60_000, answerMs: 60_000, loginMs: 60_000 },
) {
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
      noticed: () => undefined,
      reconnectAsked: () => undefined,
      closed: (reason, heardUntil) => tell({ reason, heardUntil, toldAt: Date.now() }),
    },
    liveness,
  });
  const opened = connection.open();
  const [peer, { socket }]: [WebSocket, IncomingMessage] = await once(server, 'connection').then(
    ([client, request]) => [client, request],
  );
  greet(peer, socket);
  await opened;
  onTestFinished(() => connection.end());
  return { peer, closed, socket };
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

test('a frame that cannot be read is no end in order: nothing since the last bytes was heard for certain', async () => {
  const { peer, closed, socket } = await connect();
  const sentAt = Date.now();
  peer.send('PING :still there\r\n');
  await sleep(1500);
  // A frame of a reserved opcode: https://www.rfc-editor.org/rfc/rfc6455#section-5.2
  socket.write(Buffer.from([0x83, 0x00]));
  const { reason, heardUntil } = await closed;
  expect(reason).toContain('Invalid WebSocket frame');
  expect(heardUntil).toBeLessThan(sentAt + 1000);
});

test('a login that is never answered is given up, though PINGs are', async () => {
  const answersPings = (peer: WebSocket) => {
    peer.on('message', (data) => {
      if (String(data).startsWith('PING')) peer.send(':tmi.twitch.tv PONG tmi.twitch.tv :twitchstats\r\n');
    });
  };
  await expect(connect(answersPings, { idleMs: 50, answerMs: 10_000, loginMs: 300 })).rejects.toMatchObject({
    code: 'TWITCH_UNREACHABLE',
    detail: expect.stringContaining('no answer to the login'),
  });
});

test('a link that falls silent is cut, though the clock was set back', async () => {
  const { closed } = await connect(undefined, { idleMs: 200, answerMs: 100, loginMs: 60_000 });
  const now = Date.now();
  const clock = vi.spyOn(Date, 'now').mockReturnValue(now - 3_600_000);
  onTestFinished(() => clock.mockRestore());
  expect((await closed).reason).toContain('PING unanswered');
});
