import type { Secret } from '../config/secret.ts';
import { AppError } from '../contract/errors.ts';
import type { Logger } from '../output/logger.ts';
import { channelOf, type IrcLine, nickOf, tagOf } from './irc-line.ts';
import { SocketClient } from './socket-client.ts';
import { Wakefulness } from './wakefulness.ts';

export interface ConnectionOptions {
  readonly url: string;
  readonly identity: { readonly username: string; readonly token: Secret } | undefined;
  readonly logger: Logger;
  readonly onLine: (raw: string) => IrcLine | undefined;
  readonly events: ConnectionEvents;
  readonly liveness: Liveness;
}

/** Milliseconds. */
export interface Liveness {
  /** Silence after which we PING. */
  readonly idleMs: number;
  /** How long we then wait for any bytes. */
  readonly answerMs: number;
  /** How long connecting and the login may take, whatever else is answered. */
  readonly loginMs: number;
}

export interface ConnectionEvents {
  /** Twitch confirmed our JOIN. */
  joined(channel: string): void;
  /** We are out of the channel: our PART, or Twitch put us out. */
  parted(channel: string): void;
  /** Twitch said why we cannot be in the channel. */
  refused(channel: string, reason: string): void;
  /** Twitch says something else of the channel, at most 200 characters of it: no refusal that we know. */
  noticed(channel: string, text: string): void;
  /** Twitch asks to reconnect: this connection will be closed in a while. */
  reconnectAsked(): void;
  /**
   * The end; until `heardUntil` (epoch ms) nothing can be missing. When it came in order that is {@link OUT_OF_ORDER_MS}
   * before the line before it was sent, or before a moment ago where no chat was. A connection that broke or fell silent may
   * have taken lines with it that we had not read: then it is {@link Connection.heardUntil}. Not called after our own `end()`.
   */
  closed(reason: string, heardUntil: number): void;
}

const LOOKS_BEFORE_BLAME = 4;

/** A message says when it was sent; this long after it was read, the bytes that came since say more. */
const TELLING_MS = 1000;
/** Twitch's own delay reaches 6 s; a message older than this is replayed chat and says nothing of now. */
const MAX_DELAY_MS = 10_000;
/**
 * A message may yet come that was sent so long before what was read: in a real log of 5 000 lines 791 came behind one that
 * was sent after them, by up to 403 ms.
 */
export const OUT_OF_ORDER_MS = 500;

/** NOTICE msg-ids that answer a JOIN: https://dev.twitch.tv/docs/chat/irc/#notice-message-ids */
const refusals: Readonly<Record<string, string>> = {
  msg_channel_suspended: 'suspended or does not exist',
  msg_banned: 'banned from the channel',
  msg_room_not_found: 'does not exist',
  tos_ban: 'closed for breaking the terms of service',
  // Not in that list, but sent: https://github.com/twitch4j/twitch4j/issues/985
  msg_concurrent_channel_limit_reached:
    'one account may read no more channels; without an account more can be read',
};

/** One login on one socket. Opens once, closes once; what comes after is another connection. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #client: SocketClient;
  readonly #wakefulness = new Wakefulness();
  #nick = '';
  #lastHeardAt = Date.now();
  /** The same by a clock that nobody sets. */
  #heardAt = performance.now();
  #lastMessage: { readonly line: IrcLine; readonly heardAt: number } | undefined;
  #watchdog: NodeJS.Timeout | undefined;
  #ended = false;
  #loginRefused: AppError | undefined;
  #failOpening: ((reason: Error) => void) | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#client = new SocketClient({
      url: options.url,
      identity: options.identity,
      logger: options.logger,
      onBytes: () => {
        this.#lastHeardAt = Date.now();
        this.#heardAt = performance.now();
      },
      onLine: (raw) => {
        const line = options.onLine(raw);
        if (line !== undefined) this.#takeControl(line);
        return line;
      },
      onClosed: (reason, inOrder) => this.#onClosed(reason, inOrder),
    });
  }

  /**
   * Connects and logs in.
   * @throws AppError TWITCH_UNREACHABLE, or TWITCH_LOGIN_REFUSED when Twitch does not know the token.
   */
  async open(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#failOpening = reject;
      // At once, not when the promise is looked at: the end may come in the same read as the welcome.
      this.#client.once('connected', () => {
        this.#failOpening = undefined;
        resolve();
      });
      this.#client.connect().catch(() => undefined);
      this.#watch();
    });
  }

  /**
   * Until when (epoch ms) nothing can be missing. Not simply when the last bytes were read: what was sent behind them
   * may have waited unread beside them. So, while there is chat, it goes by when the last message was sent, by its own time.
   */
  get heardUntil(): number {
    const readUntil = this.#lastSentAt(this.#lastHeardAt) ?? this.#wakefulness.readUntil;
    return Math.min(this.#lastHeardAt, readUntil) - OUT_OF_ORDER_MS;
  }

  /** A close that came in order came behind all lines, and before the next one: nobody says how long before we read it. */
  get #closedInOrderAt(): number {
    const now = Date.now();
    const closedAt = this.#lastSentAt(now) ?? this.#wakefulness.certainlyReadUntil;
    return Math.min(now, closedAt) - OUT_OF_ORDER_MS;
  }

  /** When the last message was sent, if at `at` (epoch ms) that still says something of then. */
  #lastSentAt(at: number): number | undefined {
    const last = this.#lastMessage;
    if (last === undefined || at - last.heardAt > TELLING_MS) return undefined;
    const sentAt = Number(tagOf(last.line, 'tmi-sent-ts') || Number.NaN);
    return last.heardAt - sentAt <= MAX_DELAY_MS ? sentAt : undefined;
  }

  join(channel: string): void {
    this.#client.sendLine(`JOIN #${channel}`);
  }

  part(channel: string): void {
    this.#client.sendLine(`PART #${channel}`);
  }

  /** Leaves in order; no event follows, and no line. */
  end(): void {
    this.#ended = true;
    clearInterval(this.#watchdog);
    this.#wakefulness.stop();
    this.#client.end('ended by us');
  }

  #takeControl(line: IrcLine): void {
    switch (line.command) {
      case 'PRIVMSG':
        this.#lastMessage = { line, heardAt: this.#lastHeardAt };
        break;
      case '001':
        this.#nick = line.params[0] ?? '';
        break;
      case 'JOIN':
      case 'PART': {
        const channel = channelOf(line);
        if (channel === undefined || nickOf(line) !== this.#nick) break;
        if (line.command === 'JOIN') this.#options.events.joined(channel);
        else this.#options.events.parted(channel);
        break;
      }
      case 'NOTICE':
        this.#takeNotice(line);
        break;
      case 'RECONNECT':
        this.#options.events.reconnectAsked();
        break;
    }
  }

  #takeNotice(line: IrcLine): void {
    const text = line.params[1] ?? '';
    if (line.params[0] === '*' && /^(Login|Improperly formatted|Invalid NICK)/.test(text)) {
      // Who has no token has none that is wrong: that login is worth another try.
      if (this.#options.identity !== undefined)
        this.#loginRefused = new AppError('TWITCH_LOGIN_REFUSED', 'Twitch refused the login', {
          detail: text,
        });
      this.#client.end(text);
      return;
    }
    const channel = channelOf(line);
    const refusal = refusals[tagOf(line, 'msg-id') ?? ''];
    if (channel === undefined) return;
    if (refusal === undefined) this.#options.events.noticed(channel, text.slice(0, 200));
    else this.#options.events.refused(channel, refusal);
  }

  /**
   * Looks at bytes received, the only proof of life: after `idleMs` of silence it asks with a PING, and after
   * `answerMs` more it cuts the socket. A half-open socket looks open to everything else. A process that was itself
   * asleep has to look several times before it blames the other side. A login that is not answered is no life either.
   */
  #watch(): void {
    const { idleMs, answerMs, loginMs } = this.#options.liveness;
    const openedAt = performance.now();
    let askedAt: number | undefined;
    let looks = 0;
    let looksBehindLogin = 0;
    const look = () => {
      const now = performance.now();
      const silentMs = now - this.#heardAt;
      looks++;
      if (this.#failOpening !== undefined && now - openedAt >= loginMs) looksBehindLogin++;
      if (looksBehindLogin >= LOOKS_BEFORE_BLAME && this.#failOpening !== undefined)
        this.#client.terminate(`no answer to the login for ${Math.round(now - openedAt)} ms`);
      else if (silentMs < idleMs) askedAt = undefined;
      else if (askedAt === undefined) {
        askedAt = now;
        looks = 0;
        this.#client.sendLine('PING :twitchstats');
      } else if (now - askedAt >= answerMs && looks >= LOOKS_BEFORE_BLAME) {
        this.#client.terminate(`no bytes for ${Math.round(silentMs)} ms, PING unanswered`);
      }
    };
    this.#watchdog = setInterval(look, Math.max(20, Math.min(idleMs, answerMs) / LOOKS_BEFORE_BLAME));
  }

  #onClosed(reason: string, inOrder: boolean): void {
    clearInterval(this.#watchdog);
    this.#wakefulness.stop();
    const unreachable = () =>
      new AppError('TWITCH_UNREACHABLE', 'Cannot connect to Twitch', { detail: reason });
    if (this.#failOpening !== undefined) this.#failOpening(this.#loginRefused ?? unreachable());
    else if (!this.#ended)
      this.#options.events.closed(reason, inOrder ? this.#closedInOrderAt : this.heardUntil);
  }
}
