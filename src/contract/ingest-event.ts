import { z } from 'zod';
import { parseJson } from './json-text.ts';

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

/** Undefined for a value that is no gap. */
export function decodeGap(value: Buffer): GapEvent | undefined {
  return gapEventSchema.safeParse(parseJson(value.toString())).data;
}
