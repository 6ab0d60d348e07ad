import { type WebSocket, WebSocketServer } from 'ws';
import { AppError, messageOf } from '../contract/errors.ts';
import { IrcSession, type SessionHost } from './irc-session.ts';
import { roomIdOf } from './rooms.ts';

export interface ChatServerOptions {
  /** 0 chooses a free one. Always on loopback. */
  readonly port: number;
  /** The room-id that a JOIN answers with; by default one made from the name. */
  readonly roomId?: (channel: string) => string | undefined;
  readonly onJoined?: (channel: string) => void;
  readonly onParted?: (channel: string) => void;
}

/** A fake Twitch chat server: who connects gets Twitch's conversation, who joins a channel gets its lines. */
export interface ChatServer {
  readonly url: string;
  readonly port: number;
  /** Sends a line to everyone in the channel; to how many it went. */
  broadcast(channel: string, line: string): number;
  /** Sends a line to every client that is logged in. */
  broadcastAll(line: string): number;
  /** How many clients are logged in. */
  clients(): number;
  /** How many clients are in the channel. */
  listeners(channel: string): number;
  /** Bytes that the slowest client has not taken yet. */
  backlog(): number;
  /** Cuts off clients that have not taken more than this. */
  cutSlowerThan(bytes: number): void;
  /** Puts what was broadcast on the wire, several lines a frame. */
  flush(): void;
  close(): Promise<void>;
}

/** Twitch puts several lines in one WebSocket message when chat is fast. */
const LINES_PER_FRAME = 40;

interface Client {
  readonly session: IrcSession;
  readonly socket: WebSocket;
  out: string[];
}

/** @throws AppError PORT_IN_USE. */
export async function startChatServer(options: ChatServerOptions): Promise<ChatServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: options.port, perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', (error) => reject(listenError(error, options.port)));
  });
  const clients = new Set<Client>();
  const rooms = new Map<string, Set<Client>>();
  const clientOf = new Map<IrcSession, Client>();

  const registered = () => [...clients].filter(({ session }) => session.registered);
  const leave = (client: Client, channel: string) => {
    const room = rooms.get(channel);
    if (room?.delete(client)) options.onParted?.(channel);
    if (room?.size === 0) rooms.delete(channel);
  };
  const host: SessionHost = {
    accepts: () => true,
    join(session, channel) {
      const client = clientOf.get(session);
      if (client === undefined) return;
      session.confirmJoin(channel, options.roomId?.(channel) ?? roomIdOf(channel));
      const room = rooms.get(channel) ?? new Set();
      rooms.set(channel, room.add(client));
      // The answer leaves before any line that the join sets off.
      flushClient(client);
      options.onJoined?.(channel);
    },
    part(session, channel) {
      session.confirmPart(channel);
      const client = clientOf.get(session);
      if (client !== undefined) leave(client, channel);
    },
  };

  server.on('connection', (socket) => {
    const session = new IrcSession(
      host,
      (line) => client.out.push(line),
      () => {
        flushClient(client);
        socket.close();
      },
    );
    const client: Client = { session, socket, out: [] };
    clients.add(client);
    clientOf.set(session, client);
    socket.on('message', (data) => {
      for (const line of data.toString().split(/\r?\n/)) if (line !== '') session.receive(line);
      flushClient(client);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      clients.delete(client);
      clientOf.delete(session);
      for (const channel of session.channels) leave(client, channel);
    });
  });

  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: `ws://127.0.0.1:${port}`,
    port,
    broadcast(channel, line) {
      const room = rooms.get(channel);
      if (room === undefined) return 0;
      for (const client of room) send(client, line);
      return room.size;
    },
    broadcastAll(line) {
      const receivers = registered();
      for (const client of receivers) send(client, line);
      return receivers.length;
    },
    clients: () => registered().length,
    listeners: (channel) => rooms.get(channel)?.size ?? 0,
    backlog: () => Math.max(0, ...[...clients].map(({ socket }) => socket.bufferedAmount)),
    cutSlowerThan(bytes) {
      for (const { socket } of clients) if (socket.bufferedAmount > bytes) socket.terminate();
    },
    flush() {
      for (const client of clients) flushClient(client);
    },
    async close() {
      for (const { socket } of clients) socket.close(1001);
      const cut = setTimeout(() => {
        for (const { socket } of clients) socket.terminate();
      }, 500);
      await new Promise<void>((resolve) => server.close(() => resolve()));
      clearTimeout(cut);
    },
  };
}

function send(client: Client, line: string): void {
  client.out.push(line);
  if (client.out.length >= LINES_PER_FRAME) flushClient(client);
}

function flushClient(client: Client): void {
  if (client.out.length === 0) return;
  const frame = `${client.out.join('\r\n')}\r\n`;
  client.out = [];
  if (client.socket.readyState === client.socket.OPEN) client.socket.send(frame);
}

function listenError(error: NodeJS.ErrnoException, port: number): AppError {
  if (error.code === 'EADDRINUSE') {
    return new AppError('PORT_IN_USE', `Port ${port} is taken`, {
      hint: 'Choose another one with --port, or 0 for any that is free.',
      cause: error,
    });
  }
  return new AppError('INTERNAL', 'The chat server cannot listen', {
    detail: messageOf(error),
    cause: error,
  });
}
