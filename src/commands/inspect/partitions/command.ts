import { z } from 'zod';
import { channelArgument } from '../../../cli/channel-argument.ts';
import { defineCommand } from '../../../cli/command.ts';

const schema = z.object({ channel: z.array(channelArgument).default([]) });
export type InspectPartitionsOptions = z.infer<typeof schema>;

export const inspectPartitions = defineCommand({
  name: 'partitions',
  summary: 'Rows and size of each channel’s partition, by day; warns at 100 MiB.',
  arguments: [{ name: 'channel', description: 'names or ids (default: all)', variadic: true }],
  examples: [
    ['twitchstats inspect partitions', 'all channels'],
    ["twitchstats inspect partitions --json | jq -r '.partitions | max_by(.rows).channel'", 'the largest'],
  ],
  json: 'object',
  schema,
  run: async (input) => (await import('./handler.ts')).inspectPartitions(input),
});
