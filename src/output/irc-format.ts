import type { ChatMessage } from '../contract/chat-message.ts';
import { sanitize } from './sanitize.ts';

/**
 * A message as the raw IRC line that Twitch would send, so that `ingest --stdin` and other IRC tools can read it. The
 * archive keeps emotes as words, so they all stand under the id 0. The text is byte for byte the message's, but for
 * line breaks, which IRC cannot hold; with `forTerminal` it is sanitized.
 */
export function toIrcLine(message: ChatMessage, { forTerminal }: { forTerminal: boolean }): string {
  const text = forTerminal ? sanitize(message.message) : message.message.replace(/[\r\n\0]+/g, ' ');
  const tags = [
    ['emotes', emotesTag(text, message.emotes)],
    ['id', message.message_id],
    ['room-id', message.channel_id],
    ['tmi-sent-ts', String(message.timestamp)],
    ['user-id', message.user_id],
  ].map(([key, value = '']) => `${key}=${escapeTag(sanitize(value))}`);
  const nick = ircWord(message.username);
  return `@${tags.join(';')} :${nick}!${nick}@${nick}.tmi.twitch.tv PRIVMSG #${ircWord(message.channel_name)} :${text}`;
}

/** Offsets count code points, both ends inclusive. Emotes stand in the order of the text, so one walk finds them. */
function emotesTag(text: string, emotes: readonly string[]): string {
  const ranges: string[] = [];
  let from = 0;
  let points = 0;
  for (const emote of emotes) {
    const at = text.indexOf(emote, from);
    if (at === -1) continue;
    points += pointsIn(text.slice(from, at));
    const length = pointsIn(emote);
    ranges.push(`${points}-${points + length - 1}`);
    points += length;
    from = at + emote.length;
  }
  return ranges.length === 0 ? '' : `0:${ranges.join(',')}`;
}

function pointsIn(text: string): number {
  let count = 0;
  for (const _point of text) count += 1;
  return count;
}

const escapes: Readonly<Record<string, string>> = { ';': '\\:', ' ': '\\s', '\\': '\\\\' };

/** The IRCv3 escapes; line breaks are gone already. */
function escapeTag(value: string): string {
  return value.replace(/[; \\]/g, (character) => escapes[character] ?? character);
}

/** What stands where IRC allows no spaces and no separators. */
function ircWord(name: string): string {
  return sanitize(name).replace(/[\s!@:,]/g, '_');
}
