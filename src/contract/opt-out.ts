import { z } from 'zod';

/**
 * The value of a record on `twitch-opt-outs`, keyed by `user_id`: from `at` (epoch ms) on this user is neither
 * ingested, counted nor archived, in one channel or, with `channel_id: null`, anywhere. The latest record of a user
 * holds; one without a value withdraws it.
 */
export const optOutSchema = z.object({
  user_id: z.string().min(1),
  username: z.string().nullable().default(null),
  channel_id: z.string().nullable().default(null),
  at: z.number().int(),
});

export type OptOut = z.infer<typeof optOutSchema>;
