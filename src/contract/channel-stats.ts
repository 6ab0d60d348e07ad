import { z } from 'zod';
import { parseJson } from './json-text.ts';

/**
 * The value of a record on `channel-stats` (the newest window of a channel) and on `channel-window-stats` (each
 * window as it changes, once a second at most). Times are epoch milliseconds, `coverage` is the share of the window that
 * was heard (0–1).
 */
export const channelStatsSchema = z.object({
  channel_id: z.string().min(1),
  channel_name: z.string(),
  message_count: z.number().int().nonnegative(),
  window_start: z.number().int(),
  window_end: z.number().int(),
  window_duration_seconds: z.number().int().positive(),
  unique_chatters: z.number().int().nonnegative().default(0),
  top_emotes: z.array(z.object({ emote: z.string(), count: z.number().int() })).default([]),
  top_chatters: z
    .array(z.object({ user_id: z.string(), username: z.string(), count: z.number().int() }))
    .default([]),
  coverage: z.number().min(0).max(1).optional(),
  last_message_at: z.number().int().default(0),
  updated_at: z.number().int().default(0),
});

export type ChannelStats = z.infer<typeof channelStatsSchema>;

/** Undefined for a value that is no ChannelStats. */
export function decodeChannelStats(value: Buffer): ChannelStats | undefined {
  return channelStatsSchema.safeParse(parseJson(value.toString())).data;
}

/** The epoch-aligned start of the window that holds a time. */
export function windowStart(timestamp: number, windowMs: number): number {
  return Math.floor(timestamp / windowMs) * windowMs;
}
