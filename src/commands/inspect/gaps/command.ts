import { z } from 'zod';
import { channelArgument } from '../../../cli/channel-argument.ts';
import { defineCommand } from '../../../cli/command.ts';
import { rangeFields, rangeFlags } from '../../../cli/range-flags.ts';

const schema = z.object({
  channel: channelArgument.optional(),
  ...rangeFields,
  since: z.string().default('7d'),
});
export type InspectGapsOptions = z.infer<typeof schema>;

export const inspectGaps = defineCommand({
  name: 'gaps',
  summary: 'When channels were not heard, and why.',
  arguments: [{ name: 'channel', description: 'only this channel, by name or id' }],
  options: [{ ...rangeFlags.since, default: '7d' }, rangeFlags.timeZone],
  examples: [['twitchstats inspect gaps forsen --since 2h', 'what was missed of a channel']],
  json: 'object',
  schema,
  run: async (input) => (await import('./handler.ts')).inspectGaps(input),
});
