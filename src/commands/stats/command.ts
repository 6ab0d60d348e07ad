import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';

export const statsCommand = defineCommand({
  name: 'stats',
  summary: 'Show the newest window of channels: counts, chatters, emotes.',
  description: 'Asks the API (TWITCHSTATS_API_URL, else the running stack). Channels are names or ids.',
  arguments: [
    { name: 'channel', description: 'names or ids; all known channels without it', variadic: true },
  ],
  options: [{ flags: '-a, --all', description: 'all known channels, the busiest first' }],
  examples: [
    ['twitchstats stats forsen', 'one channel, in full'],
    ['twitchstats stats', 'all channels, the busiest first'],
    ['twitchstats stats forsen --json | jq .message_count', 'for a script'],
  ],
  json: 'object',
  schema: z.object({ channel: z.array(z.string()).default([]), all: z.boolean().default(false) }),
  run: async (input) => (await import('./handler.ts')).runStats(input),
});
