import { createServer, type Server } from 'node:http';
import { WebSocketServer } from 'ws';
import { listenError } from '../contract/listen-error.ts';
import { ChatClient } from './chat-client.ts';
import type { IrcSession, SessionHost } from './irc-session.ts';
import { JoinRules } from './join-rules.ts';
import type { Ledger, LossReason } from './ledger.ts';
import { roomIdOf } from './rooms.ts';

export interface ChatServerOptions {
  /** 0 chooses a free one. Always on loopback. */
  readonly port: number;
  /** The room-id that a JOIN answers with; by default one made from the name. */
  readonly roomId?: (channel: string) => string | undefined;
  readonly onJoined?: (channel: string) => void;
  readonly ledger?: Ledger;
}

export interface BroadcastOptions {
  /** For the ledger. */
  readonly id?: string;
  /** `all`: nobody gets it; `one`: the first client in the channel does not. */
  readonly drop?: 'all' | 'one';
  readonly twice?: boolean;
}

/** Nobody else is to take it for Twitch. */
const HOST = '127.0.0.1';

/**
 * A fake Twitch chat server on loopback: who connects gets Twitch's conversation, who joins a channel gets its lines.
 * What a scenario does to it goes through its fields and methods.
 */
export class ChatServer {
  readonly port: number;
  readonly url: string;
  readonly joins = new JoinRules();
  acceptsLogins = true;
  acceptsConnections = true;
  /** New and present clients get their WebSocket messages in fragments. */
  #splitsFrames = false;
  readonly #options: ChatServerOptions;
  readonly #http: Server;
  readonly #server: WebSocketServer;
  readonly #clients = new Map<IrcSession, ChatClient>();
  readonly #rooms = new Map<string, Set<ChatClient>>();
  #connections = 0;

  constructor(http: Server, options: ChatServerOptions) {
    this.#http = http;
    this.#options = options;
    const server = new WebSocketServer({ server: http, perMessageDeflate: false });
    this.#server = server;
    const address = http.address();
    this.port = typeof address === 'object' && address !== null ? address.port : options.port;
    this.url = `ws://${HOST}:${this.port}`;
    server.on('connection', (socket) => {
      if (!this.acceptsConnections) {
        socket.terminate();
        return;
      }
      const client = new ChatClient(++this.#connections, socket, this.#host());
      client.splitsFrames = this.#splitsFrames;
      this.#clients.set(client.session, client);
      this.#note(client, 'connected');
      socket.on('close', () => this.#forget(client));
    });
  }

  /** Sends a line to everyone in the channel; to how many it went. */
  broadcast(channel: string, line: string | Buffer, options: BroadcastOptions = {}): number {
    const { ledger } = this.#options;
    if (ledger === undefined && options.drop === undefined && !options.twice) {
      const room = this.#rooms.get(channel);
      for (const client of room ?? []) client.send(line);
      return room?.size ?? 0;
    }
    const room = [...(this.#rooms.get(channel) ?? [])];
    const to: number[] = [];
    const lost: Record<number, LossReason> = {};
    for (const [index, client] of room.entries()) {
      const dropped = options.drop === 'all' || (options.drop === 'one' && index === 0);
      if (dropped || client.isDead) {
        lost[client.number] = dropped ? 'dropped' : 'half-open';
        continue;
      }
      for (let time = 0; time < (options.twice ? 2 : 1); time++) {
        client.send(line);
        to.push(client.number);
      }
    }
    ledger?.write({ type: 'line', at: Date.now(), channel, id: options.id, to, lost }, line);
    return room.length;
  }

  /** Sends a line to every client that is logged in. */
  broadcastAll(line: string): number {
    const receivers = this.#loggedIn();
    for (const client of receivers) client.send(line);
    return receivers.length;
  }

  clients(): number {
    return this.#loggedIn().length;
  }

  /** How many clients are in the channel. */
  listeners(channel: string): number {
    return this.#rooms.get(channel)?.size ?? 0;
  }

  /** Bytes that the slowest client has not taken yet. */
  backlog(): number {
    return Math.max(0, ...[...this.#clients.values()].map((client) => client.backlog));
  }

  /** Puts what was broadcast on the wire, several lines a frame. */
  flush(): void {
    for (const client of this.#clients.values()) client.flush();
    const { ledger } = this.#options;
    if (ledger?.flushed !== undefined && this.backlog() === 0) ledger.flushed(Date.now());
  }

  /** Cuts off clients that have not taken more than this. */
  cutSlowerThan(bytes: number): void {
    for (const client of this.#clients.values()) if (client.backlog > bytes) client.cut();
  }

  cutAll(): void {
    for (const client of this.#clients.values()) client.cut();
  }

  /** The connections of now answer no JOIN any more. */
  deafenAll(): void {
    for (const client of this.#clients.values()) client.isDeaf = true;
  }

  /** Nothing passes any more on the connections of now. */
  dieAll(): void {
    for (const client of this.#clients.values()) client.die();
  }

  splitFrames(on: boolean): void {
    this.#splitsFrames = on;
    for (const client of this.#clients.values()) client.splitsFrames = on;
  }

  /** Asks the clients of now to reconnect; what closes them later. */
  askToReconnect(): () => void {
    const asked = [...this.#clients.values()];
    for (const client of asked) {
      client.send(':tmi.twitch.tv RECONNECT');
      client.flush();
    }
    return () => {
      for (const client of asked) client.close(1001);
    };
  }

  /** Puts everyone out of a channel. */
  putOut(channel: string, notice: string | undefined): void {
    for (const client of this.#rooms.get(channel) ?? []) {
      if (notice !== undefined) client.send(notice);
      client.session.confirmPart(channel);
      client.flush();
      this.#leave(client, channel);
    }
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) client.close(1001);
    const cut = setTimeout(() => this.cutAll(), 500);
    const ended = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    clearTimeout(cut);
    // Who connected and asked for nothing is no client.
    this.#http.closeAllConnections();
    await ended;
  }

  #host(): SessionHost {
    return {
      accepts: () => this.acceptsLogins,
      registered: (session) => this.#withClient(session, (client) => this.#note(client, 'logged in')),
      join: (session, channel) => this.#withClient(session, (client) => this.#join(client, channel)),
      part: (session, channel) =>
        this.#withClient(session, (client) => {
          session.confirmPart(channel);
          this.#leave(client, channel);
        }),
    };
  }

  #join(client: ChatClient, channel: string): void {
    if (client.isDeaf) return;
    const answer = this.joins.answer(client, channel);
    if (answer.kind === 'throw out') client.close(1008);
    if (answer.kind === 'refuse') client.send(answer.notice);
    if (answer.kind !== 'confirm') return;
    client.session.confirmJoin(channel, this.#options.roomId?.(channel) ?? roomIdOf(channel));
    this.#rooms.set(channel, (this.#rooms.get(channel) ?? new Set()).add(client));
    this.#note(client, 'joined', channel);
    // The answer leaves before any line that the join sets off.
    client.flush();
    this.#options.onJoined?.(channel);
  }

  #leave(client: ChatClient, channel: string): void {
    const room = this.#rooms.get(channel);
    if (room?.delete(client)) this.#note(client, 'parted', channel);
    if (room?.size === 0) this.#rooms.delete(channel);
  }

  #forget(client: ChatClient): void {
    this.#clients.delete(client.session);
    this.joins.forget(client);
    for (const channel of client.session.channels) this.#leave(client, channel);
    this.#note(client, 'closed');
  }

  #withClient(session: IrcSession, use: (client: ChatClient) => void): void {
    const client = this.#clients.get(session);
    if (client !== undefined) use(client);
  }

  #loggedIn(): ChatClient[] {
    return [...this.#clients.values()].filter(({ session }) => session.registered);
  }

  #note(
    client: ChatClient,
    event: 'connected' | 'logged in' | 'joined' | 'parted' | 'closed',
    channel?: string,
  ) {
    this.#options.ledger?.write({
      type: 'client',
      at: Date.now(),
      client: client.number,
      event,
      ...(channel === undefined ? {} : { channel }),
    });
  }
}

/** @throws AppError PORT_IN_USE, CONFIG_INVALID for a port that may not be taken */
export async function startChatServer(options: ChatServerOptions): Promise<ChatServer> {
  const http = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', upgrade: 'websocket' }).end('Upgrade Required');
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error) =>
      reject(
        listenError(error, { host: HOST, port: options.port, portFrom: '--port', addressFrom: '--port' }),
      ),
    );
    http.listen(options.port, HOST, resolve);
  });
  return new ChatServer(http, options);
}
