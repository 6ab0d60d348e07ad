import { z } from 'zod';
import { listedChannelArgument } from '../../cli/channel-argument.ts';
import { defineCommand } from '../../cli/command.ts';

const watchSchema = z.object({
  channel: z.array(listedChannelArgument).default([]),
  once: z.boolean().default(false),
  ascii: z.boolean().optional(),
});
export type WatchOptions = z.infer<typeof watchSchema>;

export const watchCommand = defineCommand({
  name: 'watch',
  summary: 'Watch the counts live: a dashboard of all channels, or of one.',
  description:
    'Fed by the API. Without a terminal, or with --once, it prints one frame as text; with --json one line an update.',
  arguments: [{ name: 'channel', description: 'channels by name or id (default: all)', variadic: true }],
  options: [
    { flags: '--once', description: 'print one frame as text and end' },
    { flags: '--ascii', description: 'draw with ASCII only (default where the locale is not UTF-8)' },
  ],
  examples: [
    ['twitchstats watch', 'all channels; ? shows the keys'],
    ['twitchstats watch forsen', 'one channel, with its chat'],
    ['twitchstats watch --once', 'the state of things as text'],
    [
      "twitchstats watch --json | jq -r '[.channel_name, .message_count] | @tsv'",
      'every update, for a script',
    ],
  ],
  json: 'stream',
  schema: watchSchema,
  run: async (input) => (await import('./handler.ts')).runWatch(input),
});
