import { createHash } from 'node:crypto';
import type { ChatMessage } from '../../contract/chat-message.ts';

/**
 * What a line of the simulator says, as {@link saidBy} puts it for the message it must become. Read by means of its own,
 * not by those of the ingestor, which is what is judged by it. Undefined for a line that is no chat.
 */
export function saidInLine(line: string): string | undefined {
  const [, tagText = '', username = '', channel = '', raw = ''] = PRIVMSG.exec(line) ?? [];
  if (channel === '') return undefined;
  const tags = new Map(tagText.split(';').map((tag) => split(tag, '=')));
  const text = raw.replace(/^\x01ACTION (.*)\x01$/, '$1');
  return digest([
    channel,
    tags.get('room-id'),
    Number(tags.get('tmi-sent-ts')),
    tags.get('user-id'),
    username,
    text,
    emotesIn(text, tags.get('emotes') ?? ''),
  ]);
}

/** The same of a message. A hash: a million of them wait in memory for the books. */
export function saidBy(message: ChatMessage): string {
  const { channel_name, channel_id, timestamp, user_id, username, message: text, emotes } = message;
  return digest([channel_name, channel_id, timestamp, user_id, username, text, emotes]);
}

/** When it was sent, by its `tmi-sent-ts` (epoch ms). Undefined where it has none. */
export function sentAtIn(line: string): number | undefined {
  const sentAt = /[@;]tmi-sent-ts=(\d+)/.exec(line)?.[1];
  return sentAt === undefined ? undefined : Number(sentAt);
}

const PRIVMSG = /^@(\S+) :([^!]+)!\S+ PRIVMSG #(\S+) :(.*)$/s;

/** The codes at the places of `id:from-to,from-to/id:from-to`, by code points, in the order of the text. */
function emotesIn(text: string, tag: string): string[] {
  const characters = [...text];
  return tag
    .split('/')
    .flatMap((emote) => split(emote, ':')[1].split(','))
    .filter((place) => place !== '')
    .map((place) => split(place, '-').map(Number))
    .sort(([a = 0], [b = 0]) => a - b)
    .map(([from = 0, to = 0]) => characters.slice(from, to + 1).join(''));
}

function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function digest(fields: readonly unknown[]): string {
  return createHash('sha1').update(JSON.stringify(fields)).digest('base64url');
}
