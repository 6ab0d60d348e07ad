import type { WebSocket } from 'ws';
import { IrcSession, type SessionHost } from './irc-session.ts';

/** Twitch puts several lines in one WebSocket message when chat is fast. A message is a system call: few of them. */
const LINES_PER_FRAME = 100;
const FRAGMENT_BYTES = 61;

/** A client of the server: its conversation on its socket. */
export class ChatClient {
  readonly number: number;
  readonly session: IrcSession;
  readonly #socket: WebSocket;
  /** Lines not sent yet: raw bytes as they are, and text that is encoded when it leaves, a frame at once. */
  #bytes: Buffer[] = [];
  #text = '';
  #lines = 0;
  /** Nothing passes any more, though the socket is open. */
  isDead = false;
  /** Answers no JOIN any more. */
  isDeaf = false;
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
    if (typeof line === 'string') this.#text += `${line}\r\n`;
    else {
      this.#encodeText();
      this.#bytes.push(line, lineEnd);
    }
    if (++this.#lines >= LINES_PER_FRAME) this.flush();
  }

  flush(): void {
    if (this.#lines === 0) return;
    this.#encodeText();
    const [only] = this.#bytes;
    const frame = this.#bytes.length === 1 && only !== undefined ? only : Buffer.concat(this.#bytes);
    this.#bytes = [];
    this.#lines = 0;
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

  #encodeText(): void {
    if (this.#text !== '') this.#bytes.push(Buffer.from(this.#text));
    this.#text = '';
  }

  /** The connection stays open, and nothing passes any more. */
  die(): void {
    this.isDead = true;
    this.#socket.pause();
  }

  /** Closes in order; that of a dead connection would say that all before it has arrived. */
  close(code = 1000): void {
    if (this.isDead) return;
    this.flush();
    this.#socket.close(code);
  }

  /** Cuts the connection. */
  cut(): void {
    this.#socket.terminate();
  }
}

const lineEnd = Buffer.from('\r\n');
