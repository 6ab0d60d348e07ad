import { z } from 'zod';
import { channelArgument } from '../../../cli/channel-argument.ts';
import { defineCommand } from '../../../cli/command.ts';

const schema = z.object({
  channel: channelArgument,
  limit: z.coerce.number().int().min(1).max(10_000).default(100),
  cql: z.string().optional(),
});
export type InspectTraceOptions = z.infer<typeof schema>;

export const inspectTrace = defineCommand({
  name: 'trace',
  summary: 'What Cassandra does for one read of a channel, step by step.',
  arguments: [{ name: 'channel', description: 'name or id', required: true }],
  options: [
    { flags: '-n, --limit <n>', description: 'rows to read', default: 100 },
    {
      flags: '--cql <statement>',
      description: 'trace this statement instead; the channel is then only looked up',
    },
  ],
  examples: [['twitchstats inspect trace forsen', 'the newest 100 messages']],
  json: 'object',
  schema,
  run: async (input) => (await import('./handler.ts')).inspectTrace(input),
});
