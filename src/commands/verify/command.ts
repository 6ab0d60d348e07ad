import { z } from 'zod';
import { channelArgument } from '../../cli/channel-argument.ts';
import { defineCommand } from '../../cli/command.ts';
import { rangeFields, rangeFlags } from '../../cli/range-flags.ts';

export const verifySchema = z.object({
  channel: z.array(channelArgument).default([]),
  ...rangeFields,
  wait: z.string().default('20s'),
  all: z.boolean().default(false),
});

export type VerifyCommandOptions = z.infer<typeof verifySchema>;

export const verifyCommand = defineCommand({
  name: 'verify',
  summary: 'Recount windows from Cassandra and from Kafka, and compare with what was published.',
  description:
    'Counts distinct message ids and chatters of each window twice more: from the rows of the archive and from the records of the log; ' +
    'compares with channel-stats (newest window) and channel_window_stats (history). Exits 1 when any differ, 3 when a consumer is too far ' +
    'behind to tell. A window that has not ended is shown as open. Keeps about 100 bytes a message of the range in memory.',
  arguments: [{ name: 'channel', description: 'by name or id (default: all)', variadic: true }],
  options: [
    { ...rangeFlags.last, default: '1h' },
    rangeFlags.from,
    rangeFlags.to,
    { flags: '--all', description: 'show the windows that agree, too' },
    {
      flags: '--wait <duration>',
      description: 'how long to wait for consumers that are behind',
      default: '20s',
    },
    rangeFlags.timeZone,
  ],
  examples: [
    ['twitchstats verify', 'is everything of the last hour exact?'],
    ['twitchstats verify forsen --last 1d --all', 'every window of a day, with its four counts'],
    ["twitchstats verify --json | jq '.differences'", 'for a script'],
  ],
  json: 'object',
  schema: verifySchema,
  run: async (input) => (await import('./handler.ts')).runVerify(input),
});
