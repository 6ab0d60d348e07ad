import { z } from 'zod';

/**
 * The value of a record on `twitch-chat-messages`, keyed by `channel_id`.
 *
 * `channel_id` is the Twitch room-id, `timestamp` is `tmi-sent-ts` in epoch milliseconds, `emotes` are emote codes as
 * written, one entry an occurrence, in order, at most {@link MAX_EMOTES}.
 */
export interface ChatMessage {
  readonly channel_id: string;
  readonly channel_name: string;
  readonly message_id: string;
  readonly user_id: string;
  readonly username: string;
  readonly message: string;
  readonly timestamp: number;
  readonly emotes: readonly string[];
}

/** More emote occurrences than this in one message are cut, so that the Cassandra list stays small. */
export const MAX_EMOTES = 100;

/** Longer ids, names and emote codes, in UTF-16 units, make a record a dead letter. */
export const MAX_NAME = 256;

/** Reads a record value. Producers that send only the six required fields are valid: the two others stay undefined. */
export const chatMessageSchema = z.object({
  channel_id: z.string().min(1),
  channel_name: z.string().optional(),
  message_id: z.string().optional(),
  user_id: z.string(),
  username: z.string(),
  message: z.string(),
  timestamp: z.number().int().nonnegative(),
  emotes: z.array(z.string()),
});

/** What {@link chatMessageSchema} gives: a ChatMessage whose `channel_name` and `message_id` may be missing. */
export type DecodedChatMessage = z.infer<typeof chatMessageSchema>;
