import { z } from 'zod';
import { channelArgument } from '../../cli/channel-argument.ts';
import { defineCommand } from '../../cli/command.ts';
import { filterFlags } from '../../cli/filter-flags.ts';
import { rangeFields, rangeFlags } from '../../cli/range-flags.ts';
import { formatFlags, messageFormats } from '../../output/message-format.ts';

const count = z.coerce.number().int().min(1);

export const tailSchema = z
  .object({
    channel: z.array(channelArgument).default([]),
    ...rangeFields,
    lines: count.max(100_000).optional(),
    limit: count.optional(),
    follow: z.boolean().default(false),
    user: z.array(z.string()).optional(),
    match: z.string().optional(),
    format: z.enum(messageFormats).optional(),
    template: z.string().optional(),
  })
  .refine(({ follow, to }) => !(follow && to !== undefined), {
    path: ['to'],
    message: 'an end excludes --follow',
  });

export type TailOptions = z.infer<typeof tailSchema>;

export const tailCommand = defineCommand({
  name: 'tail',
  summary: 'Print chat from Kafka, in the order in which it arrived.',
  description:
    'Prints what arrived in the last 5 minutes and ends, unless --follow is given. Times are those of arrival (the log’s append time), ' +
    'since Kafka finds offsets by them; for the time a message was sent, see replay. Reads without a consumer group.',
  arguments: [
    { name: 'channel', description: 'only of these channels, by name or id (default: all)', variadic: true },
  ],
  options: [
    { ...rangeFlags.since, default: '5m' },
    rangeFlags.last,
    rangeFlags.from,
    rangeFlags.to,
    { flags: '-n, --lines <n>', description: 'only the newest n of them' },
    { flags: '--limit <n>', description: 'end after n messages' },
    {
      flags: '-F, --follow',
      description: 'go on with what arrives from now on, after the newest 10 (or --since, --lines)',
    },
    filterFlags.user,
    filterFlags.match,
    formatFlags.format,
    formatFlags.template,
    rangeFlags.timeZone,
  ],
  examples: [
    ['twitchstats tail forsen -n 20', 'the newest 20 messages of the last 5 minutes'],
    ['twitchstats tail --follow | jq -r .message', 'every text, as it arrives'],
    ["twitchstats tail --since 1h --match '(?i)pog' --limit 1", 'was there a Pog within the hour?'],
    ["twitchstats tail --template '{{time}} {{username}}: {{message}}'", 'lines of one’s own'],
  ],
  json: 'stream',
  schema: tailSchema,
  run: async (input) => (await import('./handler.ts')).runTail(input),
});
