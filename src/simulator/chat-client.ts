import type { WebSocket } from 'ws';
import { IrcSession, type SessionHost } from './irc-session.ts';

/** Twitch puts several lines in one WebSocket message when chat is fast. */
const LINES_PER_FRAME = 40;
const FRAGMENT_BYTES = 61;

/** A client of the server: its conversation on its socket. */
export class ChatClient {
  readonly number: number;
  readonly session: IrcSession;
  readonly #socket: WebSocket;
  #out: Buffer[] = [];
  /** Nothing passes any more, though the socket is open. */
  isDead = false;
  /** Sends WebSocket messages in small fragments. */
  splitsFrames = false;

  constructor(number: number, socket: WebSocket, host: SessionHost) {
    this.number = number;
    this.#socket = socket;
    this.session = new IrcSession(
      host,
      (line) => this.send(line),
      () => this.close(),
    );
    socket.on('message', (data) => {
      if (this.isDead) return;
      for (const line of data.toString().split(/\r?\n/)) if (line !== '') this.session.receive(line);
      this.flush();
    });
    socket.on('error', () => socket.terminate());
  }

  /** Bytes that the client has not taken yet. */
  get backlog(): number {
    return this.#socket.bufferedAmount;
  }

  /** Puts a line, as text or raw bytes, on its way; it leaves with {@link ChatClient.flush}. */
  send(line: string | Buffer): void {
    this.#out.push(typeof line === 'string' ? Buffer.from(line) : line);
    if (this.#out.length >= LINES_PER_FRAME) this.flush();
  }

  flush(): void {
    if (this.#out.length === 0) return;
    const frame = Buffer.concat(this.#out.flatMap((line) => [line, lineEnd]));
    this.#out = [];
    if (this.isDead || this.#socket.readyState !== this.#socket.OPEN) return;
    if (!this.splitsFrames) {
      this.#socket.send(frame, { binary: false });
      return;
    }
    for (let at = 0; at < frame.length; at += FRAGMENT_BYTES) {
      const fin = at + FRAGMENT_BYTES >= frame.length;
      this.#socket.send(frame.subarray(at, at + FRAGMENT_BYTES), { binary: false, fin });
    }
  }

  /** The connection stays open, and nothing passes any more. */
  die(): void {
    this.isDead = true;
    this.#socket.pause();
  }

  /** Closes in order. */
  close(code = 1000): void {
    this.flush();
    this.#socket.close(code);
  }

  /** Cuts the connection. */
  cut(): void {
    this.#socket.terminate();
  }
}

const lineEnd = Buffer.from('\r\n');
