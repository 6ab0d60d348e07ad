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

/** A line that was cut at its LF, without the CR before that. */
export function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
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
export function tagOf({ tags }: IrcLine, key: string): string | undefined {
  const { first, later } = marksOf(key);
  let start = tags.startsWith(first) ? first.length : -1;
  if (start === -1) {
    const found = tags.indexOf(later);
    if (found === -1) return `;${tags};`.includes(`;${key};`) ? '' : undefined;
    start = found + later.length;
  }
  const end = tags.indexOf(';', start);
  return unescapeTag(tags.slice(start, end === -1 ? undefined : end));
}

interface TagMarks {
  readonly first: string;
  readonly later: string;
}

const marks = new Map<string, TagMarks>();

/** What stands before a tag's value: at the beginning of the tags, and behind other tags. */
function marksOf(key: string): TagMarks {
  let found = marks.get(key);
  if (found === undefined) {
    found = { first: `${key}=`, later: `;${key}=` };
    marks.set(key, found);
  }
  return found;
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
