import type { ChatMessage } from '../contract/chat-message.ts';
import { emoteCodes } from './emotes.ts';
import { channelOf, type IrcLine, nickOf, tagOf } from './irc-line.ts';

/** Why a PRIVMSG gave no message; names of the `reason` label on the metrics. */
export const skipReasons = [
  'no_channel',
  'no_room_id',
  'no_message_id',
  'no_user_id',
  'no_sent_time',
  'mirrored',
  'duplicate',
  'too_long',
] as const;
export type SkipReason = (typeof skipReasons)[number];

export type Conversion =
  | { readonly message: ChatMessage }
  | { readonly skipped: Exclude<SkipReason, 'duplicate' | 'too_long'> };

export interface ConversionOptions {
  /** Keep what Twitch mirrors here from another room of a shared chat. Left out by default: it counts at its source. */
  readonly includeMirrored: boolean;
}

/**
 * A PRIVMSG as the contract's ChatMessage. Bits, replies and `/me` are messages like any other; one without text has
 * an empty one. Ids stay strings. What lacks the tags that say where, who, when or which is not a message that can be
 * counted once, and is skipped by name.
 */
export function toChatMessage(line: IrcLine, { includeMirrored }: ConversionOptions): Conversion {
  const channelName = channelOf(line);
  if (channelName === undefined) return { skipped: 'no_channel' };
  const channelId = tagOf(line, 'room-id');
  if (!channelId) return { skipped: 'no_room_id' };
  const sourceRoom = tagOf(line, 'source-room-id');
  if (!includeMirrored && sourceRoom && sourceRoom !== channelId) return { skipped: 'mirrored' };
  const messageId = tagOf(line, 'id');
  if (!messageId) return { skipped: 'no_message_id' };
  const userId = tagOf(line, 'user-id');
  if (!userId) return { skipped: 'no_user_id' };
  const sentAt = tagOf(line, 'tmi-sent-ts');
  if (sentAt === undefined || !/^\d{1,15}$/.test(sentAt)) return { skipped: 'no_sent_time' };
  const text = unwrapAction(line.params.slice(1).join(' '));
  return {
    message: {
      channel_id: channelId,
      channel_name: channelName,
      message_id: messageId,
      user_id: userId,
      username: nickOf(line).toLowerCase(),
      message: text,
      timestamp: Number(sentAt),
      emotes: emoteCodes(text, tagOf(line, 'emotes') ?? ''),
    },
  };
}

const actionStart = '\x01ACTION';

/** The text of `/me`. Old clients leave out the closing \x01, and emote offsets count from the unwrapped text. */
function unwrapAction(text: string): string {
  if (!text.startsWith(actionStart)) return text;
  const body = text.slice(actionStart.length);
  if (body !== '' && body[0] !== ' ' && body[0] !== '\x01') return text;
  return body.replace(/^ /, '').replace(/\x01$/, '');
}
