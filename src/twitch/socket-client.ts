import tmi from 'tmi.js';
import { WebSocket } from 'ws';
import type { Secret } from '../config/secret.ts';
import type { Logger } from '../output/logger.ts';
import { channelOf, type IrcLine, withoutReturn } from './irc-line.ts';

export interface SocketClientOptions {
  readonly url: string;
  /** Login and token; without them an anonymous reader. */
  readonly identity: { readonly username: string; readonly token: Secret } | undefined;
  readonly logger: Logger;
  /** Every line as it came, without its line end; the caller gives back its parts. Must not throw. */
  readonly onLine: (raw: string) => IrcLine | undefined;
  /** Any bytes at all, pongs of the WebSocket included. */
  readonly onBytes: () => void;
  /** Once, whatever ended it: our own {@link SocketClient.end} too. `inOrder`: all that was sent before has arrived. */
  readonly onClosed: (reason: string, inOrder: boolean) => void;
}

/** The connection broke without a close frame: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const ABNORMAL_CLOSURE = 1006;

/** No status code in the close frame: the same section. */
const NO_STATUS = 1005;

/**
 * Says `closing` when the close frame has come, behind which nothing comes. `ws` answers it by its own `close()`, and
 * says `close` only when the other side has hung up: whatever is sent between the two goes past us.
 */
class PromptSocket extends WebSocket {
  /** Of `ws`. It calls `close()` for a frame that it cannot read, too: then nothing has ended in order. */
  declare readonly _closeFrameReceived: boolean;

  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason);
    if (this._closeFrameReceived) this.emit('closing', code ?? NO_STATUS, reason ?? '');
  }
}

/**
 * tmi.js for exactly one socket. It does what it does well: the handshake, PONG, its book of joined channels. What it
 * does badly is replaced here (its line numbers are of lib/client.js 1.8.5):
 *
 * - The socket (l. 1235) is always ours: on Node ≥ 22 tmi.js takes the global WebSocket, which cannot be terminated.
 *   Ours takes the whole URL, does not end on invalid UTF-8, and is never reopened: a new client a socket, since two
 *   sockets of one client both deliver while its state says closed.
 * - Frames (l. 1223) are not trimmed, which would cut the white space at the end of the last line of each.
 * - Chat never reaches its handler (l. 97), which drops `message` for bits, invents it for whispers, makes booleans of
 *   ids, and throws on lines without text; only what it needs for its state does.
 */
export class SocketClient extends tmi.Client {
  // Fields of tmi.js that its types do not name.
  declare ws: WebSocket | null;
  declare pingLoop: NodeJS.Timeout | null;
  readonly #options: SocketClientOptions;
  #closed = false;

  constructor(options: SocketClientOptions) {
    const { identity, logger } = options;
    super({
      options: { skipMembership: true, skipUpdatingEmotesets: true },
      connection: { reconnect: false, secure: options.url.startsWith('wss:') },
      logger: {
        info: (message) => logger.trace(message),
        warn: (message) => logger.debug(message),
        error: (message) => logger.debug(message),
      },
      ...(identity === undefined
        ? {}
        : { identity: { username: identity.username, password: identity.token.reveal() } }),
    });
    this.#options = options;
  }

  /** Sends one raw line; nothing when the socket is not open. */
  sendLine(line: string): void {
    if (this.ws?.readyState === WebSocket.OPEN) this.ws.send(line);
  }

  /** Says goodbye to the server and forgets the socket: nothing is delivered after this. */
  end(reason: string): void {
    const socket = this.ws;
    this.#close(reason, true);
    socket?.close(1000);
    // A peer that never answers the close must not keep the socket.
    if (socket != null) setTimeout(() => socket.terminate(), 1000).unref();
  }

  /** Cuts a socket that is thought dead: no goodbye, no waiting. */
  terminate(reason: string): void {
    const socket = this.ws;
    this.#close(reason, false);
    socket?.terminate();
  }

  /** Called by tmi.js's `connect()`. */
  _openConnection(): void {
    const socket = new PromptSocket(this.#options.url, 'irc', {
      handshakeTimeout: 10_000,
      perMessageDeflate: false,
      skipUTF8Validation: true,
      maxPayload: 4 * 1024 * 1024,
    });
    this.ws = socket;
    socket.on('open', () => this._onOpen());
    socket.on('message', (data) => {
      this.#options.onBytes();
      if (!this.#closed) this.#takeFrame(data.toString());
    });
    socket.on('pong', this.#options.onBytes);
    socket.on('error', (error) => this.#close(error.message, false));
    const closed = (code: number, reason: unknown) => {
      this.#close(`closed by Twitch (${code} ${reason})`.replace(' )', ')'), code !== ABNORMAL_CLOSURE);
    };
    socket.on('closing', closed);
    socket.on('close', closed);
  }

  /** Of tmi.js: sends CAP, PASS and NICK. */
  declare _onOpen: () => void;
  /** Of tmi.js: keeps its state, answers PING, settles `connect()`. */
  declare handleMessage: (message: object) => void;

  #takeFrame(frame: string): void {
    for (const part of frame.split('\n')) {
      const raw = withoutReturn(part);
      if (raw === '') continue;
      const line = this.#options.onLine(raw);
      if (line !== undefined && keepsState(line)) this.#handToTmi(line);
      if (this.#closed) return;
    }
  }

  #handToTmi(line: IrcLine): void {
    try {
      this.handleMessage({
        raw: line.raw,
        tags: {},
        prefix: line.prefix === '' ? null : line.prefix,
        command: line.command,
        params: [...line.params],
      });
    } catch (error) {
      this.#options.logger.warn({ err: error, command: line.command }, 'tmi.js could not handle a line');
    }
    // Its own PING waits a minute and then only asks the socket to close: the watchdog does better.
    if (line.command === '376' && this.pingLoop !== null) clearInterval(this.pingLoop);
  }

  #close(reason: string, inOrder: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.pingLoop !== null) clearInterval(this.pingLoop);
    this.ws = null;
    this.#options.onClosed(reason, inOrder);
  }
}

const stateCommands = new Set(['PING', '001', '376', 'JOIN', 'PART']);

function keepsState(line: IrcLine): boolean {
  if (!stateCommands.has(line.command)) return false;
  return (line.command !== 'JOIN' && line.command !== 'PART') || channelOf(line) !== undefined;
}
