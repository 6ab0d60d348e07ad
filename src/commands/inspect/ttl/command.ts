import { z } from 'zod';
import { channelArgument } from '../../../cli/channel-argument.ts';
import { defineCommand } from '../../../cli/command.ts';

const schema = z.object({ channel: channelArgument });
export type InspectTtlOptions = z.infer<typeof schema>;

export const inspectTtl = defineCommand({
  name: 'ttl',
  summary: 'How long the rows of a channel have still to live, by the day they were sent.',
  arguments: [{ name: 'channel', description: 'name or id', required: true }],
  examples: [['twitchstats inspect ttl forsen', 'the newest 20 000 rows, by day']],
  json: 'object',
  schema,
  run: async (input) => (await import('./handler.ts')).inspectTtl(input),
});
