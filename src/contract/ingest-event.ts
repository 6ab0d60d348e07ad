import { z } from 'zod';

/**
 * The value of a record on `twitch-ingest-events`, keyed by `channel_name`: an interval in which a wanted channel was
 * not heard, or what was heard could not be kept. Times are epoch milliseconds; `channel_id` is null where it was never
 * seen. A long gap is told in slices that touch each other.
 */
export const gapEventSchema = z.object({
  type: z.literal('gap'),
  channel_id: z.string().nullable().default(null),
  channel_name: z.string(),
  from: z.number().int().nonnegative(),
  to: z.number().int().nonnegative(),
  reason: z.string(),
});

export type GapEvent = z.infer<typeof gapEventSchema>;
