/** One raw IRC line, cut but not interpreted: tags stay as sent, since most lines need only a few of them. */
export interface IrcLine {
  readonly raw: string;
  /** What stands between `@` and the first space; empty without tags. */
  readonly tags: string;
  /** Without the colon; empty when there is none. */
  readonly prefix: string;
  readonly command: string;
  /** The last one may hold spaces (and only there white space at the end is kept, character by character). */
  readonly params: readonly string[];
}

/** Cuts a raw line (without its line end). Undefined when it has no command. */
export function parseIrcLine(raw: string): IrcLine | undefined {
  let at = 0;
  let tags = '';
  let prefix = '';
  if (raw.startsWith('@')) {
    const end = raw.indexOf(' ');
    if (end === -1) return undefined;
    tags = raw.slice(1, end);
    at = skipSpaces(raw, end);
  }
  if (raw[at] === ':') {
    const end = raw.indexOf(' ', at);
    if (end === -1) return undefined;
    prefix = raw.slice(at + 1, end);
    at = skipSpaces(raw, end);
  }
  const commandEnd = endOfWord(raw, at);
  const command = raw.slice(at, commandEnd);
  if (command === '') return undefined;
  return { raw, tags, prefix, command, params: parseParams(raw, skipSpaces(raw, commandEnd)) };
}

/**
 * The value of one tag, unescaped; undefined when it is missing, empty when it has no value. Read from the raw line:
 * tmi.js turns every `1` and `0` into booleans, ids included.
 */
export function tagOf(line: IrcLine, key: string): string | undefined {
  const { tags } = line;
  let from = 0;
  while (from < tags.length) {
    const found = tags.indexOf(key, from);
    if (found === -1) return undefined;
    const before = found === 0 ? ';' : tags[found - 1];
    const after = tags[found + key.length];
    if (before === ';' && after === '=') {
      const start = found + key.length + 1;
      const end = tags.indexOf(';', start);
      return unescapeTag(tags.slice(start, end === -1 ? undefined : end));
    }
    if (before === ';' && (after === ';' || after === undefined)) return '';
    from = found + key.length;
  }
  return undefined;
}

/** The nick of `nick!user@host`; the whole prefix when it is a server's name. */
export function nickOf({ prefix }: IrcLine): string {
  const end = prefix.indexOf('!');
  return end === -1 ? prefix : prefix.slice(0, end);
}

/** The channel a line speaks of: lower case, without `#`; undefined when its first parameter is none. */
export function channelOf({ params: [first] }: IrcLine): string | undefined {
  return first?.startsWith('#') && first.length > 1 ? first.slice(1).toLowerCase() : undefined;
}

const escapes: Readonly<Record<string, string>> = { ':': ';', s: ' ', '\\': '\\', r: '\r', n: '\n' };

/** The IRCv3 escapes; a backslash before any other character, or at the end, is dropped, as the specification says. */
function unescapeTag(value: string): string {
  if (!value.includes('\\')) return value;
  return value.replace(/\\(.?)/gsu, (_, escaped: string) => escapes[escaped] ?? escaped);
}

function parseParams(raw: string, start: number): string[] {
  const params: string[] = [];
  let at = start;
  while (at < raw.length) {
    if (raw[at] === ':') {
      params.push(raw.slice(at + 1));
      break;
    }
    const end = endOfWord(raw, at);
    params.push(raw.slice(at, end));
    at = skipSpaces(raw, end);
  }
  return params;
}

function endOfWord(raw: string, at: number): number {
  const end = raw.indexOf(' ', at);
  return end === -1 ? raw.length : end;
}

function skipSpaces(raw: string, start: number): number {
  let at = start;
  while (raw[at] === ' ') at++;
  return at;
}
