import { z } from 'zod';
import { loginOf } from '../contract/channel-names.ts';

/** A channel as it is typed, by name or id. An empty one, as of a variable that is not set, is a mistake: it means nothing. */
export const channelArgument = z
  .string()
  .refine((name) => loginOf(name.trim()) !== '', { error: 'is empty: give the name or id of a channel' });

/** One of several that the API is asked for, which takes a comma for the end of a name. */
export const listedChannelArgument = channelArgument.refine((name) => !name.includes(','), {
  error: 'has a comma: put blanks between channels',
});
