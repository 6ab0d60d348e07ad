import { z } from 'zod';
import { loginOf } from '../contract/channel-names.ts';

/** A channel as it is typed, by name or id. An empty one, as of a variable that is not set, is a mistake: it means nothing. */
export const channelArgument = z
  .string()
  .refine((name) => loginOf(name.trim()) !== '', { error: 'is empty: give the name or id of a channel' });
