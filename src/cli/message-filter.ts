import { RE2JS, RE2JSSyntaxException } from 're2js';
import { channelMatcher } from '../contract/channel-names.ts';
import type { ChatMessage } from '../contract/chat-message.ts';
import { AppError } from '../contract/errors.ts';

export interface MessageFilterOptions {
  readonly user?: readonly string[] | undefined;
  readonly match?: string | undefined;
}

export type MessageFilter = (message: ChatMessage) => boolean;

/**
 * Tells which messages `--user` and `--match` ask for. Patterns run on RE2's engine, in time linear to the text: one
 * that would keep JavaScript's engine busy for ever, such as `(a+)+$`, costs a hostile message nothing here.
 * @throws AppError USAGE when the pattern is none, or a user has no name
 */
export function messageFilter({ user, match }: MessageFilterOptions): MessageFilter {
  const users = new Set(user?.map((name) => name.trim().replace(/^@/, '').toLowerCase()));
  if (users.has(''))
    throw new AppError('USAGE', '--user is empty', { hint: 'Name somebody, or leave --user out.' });
  const pattern = match === undefined ? undefined : compile(match);
  return ({ user_id, username, message }) => {
    if (users.size > 0 && !users.has(username.toLowerCase()) && !users.has(user_id)) return false;
    return pattern === undefined || pattern.matcher(message).find();
  };
}

/** True for messages of these channels, by name or id; of all when there is none. */
export function channelFilter(channels: readonly string[]): MessageFilter {
  const isWanted = channelMatcher(channels);
  return ({ channel_id, channel_name }) => isWanted(channel_id, channel_name);
}

function compile(match: string): RE2JS {
  try {
    return RE2JS.compile(match);
  } catch (cause) {
    if (!(cause instanceof RE2JSSyntaxException)) throw cause;
    throw new AppError('USAGE', `--match: "${match}" is not a pattern that can be used`, {
      detail: cause.message,
      hint: 'Patterns are RE2’s: no lookaround and no back references, which could run for ever on hostile chat.',
      cause,
    });
  }
}
