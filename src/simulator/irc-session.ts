/** What a session may do to the server it is part of. */
export interface SessionHost {
  /** A client joins; the host answers with {@link IrcSession.confirmJoin}, or otherwise. */
  join(session: IrcSession, channel: string): void;
  part(session: IrcSession, channel: string): void;
  /** False: the token is refused. */
  accepts(nick: string, password: string | undefined): boolean;
  registered(session: IrcSession): void;
}

const SERVER = ':tmi.twitch.tv';

/** One client's IRC conversation, in the order and the words of Twitch. Knows nothing of sockets. */
export class IrcSession {
  readonly channels = new Set<string>();
  readonly capabilities = new Set<string>();
  nick = '';
  registered = false;
  #password: string | undefined;
  readonly #host: SessionHost;
  readonly #send: (line: string) => void;
  readonly #close: () => void;

  constructor(host: SessionHost, send: (line: string) => void, close: () => void) {
    this.#host = host;
    this.#send = send;
    this.#close = close;
  }

  send(line: string): void {
    this.#send(line);
  }

  /** Takes one line from the client. */
  receive(line: string): void {
    const [command = '', ...words] = line.split(' ');
    const rest = words.join(' ');
    switch (command.toUpperCase()) {
      case 'CAP':
        this.#negotiate(rest);
        break;
      case 'PASS':
        this.#password = rest.replace(/^:/, '');
        break;
      case 'NICK':
        this.#register(rest.replace(/^:/, '').toLowerCase());
        break;
      case 'PING':
        // A bare PING is answered in kind: tmi.js knows no other answer.
        this.send(rest === '' ? 'PONG' : `${SERVER} PONG tmi.twitch.tv ${rest}`);
        break;
      case 'JOIN':
        for (const name of channelNames(rest)) if (this.registered) this.#host.join(this, name);
        break;
      case 'PART':
        for (const name of channelNames(rest)) this.#host.part(this, name);
        break;
      case 'QUIT':
        this.#close();
        break;
      case 'PONG':
      case 'USER':
      case 'PRIVMSG':
        break;
      default:
        this.send(`${SERVER} 421 ${this.nick || '*'} ${command} :Unknown command`);
    }
  }

  confirmJoin(channel: string, roomId: string): void {
    if (this.channels.has(channel)) return;
    this.channels.add(channel);
    const { nick } = this;
    const own = `${nick}.tmi.twitch.tv`;
    this.send(`:${nick}!${nick}@${own} JOIN #${channel}`);
    this.send(`:${own} 353 ${nick} = #${channel} :${nick}`);
    this.send(`:${own} 366 ${nick} #${channel} :End of /NAMES list`);
    if (!this.capabilities.has('twitch.tv/commands')) return;
    const tags = `emote-only=0;followers-only=-1;r9k=0;room-id=${roomId};slow=0;subs-only=0`;
    this.send(`${this.capabilities.has('twitch.tv/tags') ? `@${tags} ` : ''}${SERVER} ROOMSTATE #${channel}`);
  }

  confirmPart(channel: string): void {
    if (!this.channels.delete(channel)) return;
    this.send(`:${this.nick}!${this.nick}@${this.nick}.tmi.twitch.tv PART #${channel}`);
  }

  #negotiate(rest: string): void {
    if (/^LS/i.test(rest)) {
      this.send(`${SERVER} CAP * LS :twitch.tv/commands twitch.tv/membership twitch.tv/tags`);
    }
    const asked = /^REQ :?(.*)$/i.exec(rest)?.[1]?.trim();
    if (asked === undefined) return;
    const names = asked.split(/\s+/);
    const known = names.every((name) => /^twitch\.tv\/(tags|commands|membership)$/.test(name));
    if (known) for (const name of names) this.capabilities.add(name);
    this.send(`${SERVER} CAP * ${known ? 'ACK' : 'NAK'} :${asked}`);
  }

  #register(nick: string): void {
    this.nick = nick;
    if (!this.#host.accepts(nick, this.#password)) {
      this.send(`${SERVER} NOTICE * :Login authentication failed`);
      this.#close();
      return;
    }
    this.registered = true;
    this.#host.registered(this);
    for (const [number, text] of [
      ['001', ':Welcome, GLHF!'],
      ['002', ':Your host is tmi.twitch.tv'],
      ['003', ':This server is rather new'],
      ['004', ':-'],
      ['375', ':-'],
      ['372', ':You are in a maze of twisty passages, all alike.'],
      ['376', ':>'],
    ]) {
      this.send(`${SERVER} ${number} ${nick} ${text}`);
    }
  }
}

function channelNames(list: string): string[] {
  return list
    .split(' ', 1)
    .join('')
    .split(',')
    .filter((name) => name.startsWith('#') && name.length > 1)
    .map((name) => name.slice(1).toLowerCase());
}
