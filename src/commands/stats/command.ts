import { z } from 'zod';
import { listedChannelArgument } from '../../cli/channel-argument.ts';
import { defineCommand } from '../../cli/command.ts';
import { rangeFields, rangeFlags } from '../../cli/range-flags.ts';

export const statsSchema = z.object({
  channel: z.array(listedChannelArgument).default([]),
  all: z.boolean().default(false),
  follow: z.boolean().default(false),
  history: z.boolean().default(false),
  ...rangeFields,
});
export type StatsOptions = z.infer<typeof statsSchema>;

export const statsCommand = defineCommand({
  name: 'stats',
  summary: 'Show the newest window of channels, or past ones: counts, chatters, emotes.',
  description:
    'Asks the API (TWITCHSTATS_API_URL, else the running stack). Channels are names or ids. With --follow it writes a line when a ' +
    'channel changes, each at most once a second; with --history the windows that started in a range (default: the last 6h), oldest first. ' +
    '--json prints one object, with --follow one a line.',
  arguments: [
    { name: 'channel', description: 'names or ids; all known channels without it', variadic: true },
  ],
  options: [
    { flags: '-a, --all', description: 'all known channels, the busiest first' },
    { flags: '-f, --follow', description: 'go on, a line a change (NDJSON when piped)' },
    { flags: '--history', description: 'past windows, from the archive' },
    rangeFlags.last,
    rangeFlags.from,
    rangeFlags.to,
    rangeFlags.timeZone,
  ],
  examples: [
    ['twitchstats stats forsen', 'one channel, in full'],
    ['twitchstats stats', 'all channels, the busiest first'],
    ['twitchstats stats forsen --history --last 6h', 'its windows of six hours'],
    ['twitchstats stats --follow', 'what happens now, a line at a time'],
    ['twitchstats stats forsen --json | jq .message_count', 'for a script'],
  ],
  json: 'object',
  schema: statsSchema,
  run: async (input) => (await import('./handler.ts')).runStats(input),
});
