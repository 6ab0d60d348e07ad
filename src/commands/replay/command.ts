import { z } from 'zod';
import { channelArgument } from '../../cli/channel-argument.ts';
import { defineCommand } from '../../cli/command.ts';
import { filterFlags } from '../../cli/filter-flags.ts';
import { rangeFields, rangeFlags } from '../../cli/range-flags.ts';
import { formatFlags, messageFormats } from '../../output/message-format.ts';

/** `1x`, `2.5x`, `10x`: how many times as fast as it was; `max` as fast as it goes. */
const speed = z
  .string()
  .regex(/^(max|\d+(\.\d+)?x)$/, 'write 1x, 10x or max')
  .transform((text) => (text === 'max' ? Number.POSITIVE_INFINITY : Number(text.slice(0, -1))))
  .refine((factor) => factor > 0, 'write 1x, 10x or max');

export const replaySchema = z
  .object({
    channel: channelArgument,
    ...rangeFields,
    limit: z.coerce.number().int().min(1).default(Number.POSITIVE_INFINITY),
    user: z.array(z.string()).optional(),
    match: z.string().optional(),
    speed: speed.default(Number.POSITIVE_INFINITY),
    format: z.enum(messageFormats).optional(),
    template: z.string().optional(),
    toTopic: z.string().min(1).optional(),
    resume: z.string().min(1).optional(),
  })
  .refine(({ toTopic, format, template }) => toTopic === undefined || (format ?? template) === undefined, {
    path: ['toTopic'],
    message: 'records are JSON, so it excludes --format and --template',
  });

export type ReplayOptions = z.infer<typeof replaySchema>;

export const replayCommand = defineCommand({
  name: 'replay',
  summary: 'Print a channel’s chat from the archive, oldest first, or put it back into Kafka.',
  description:
    'Streams from Cassandra in constant memory, however much there is, and says on stderr at the end that every row that was read was written. ' +
    'Times are those at which messages were sent. With --resume it goes on where the last run with the same file ended, and then stops ' +
    'a minute before now, so that a message still on its way to the archive is not passed over.',
  arguments: [{ name: 'channel', description: 'by name or id', required: true }],
  options: [
    rangeFlags.from,
    rangeFlags.to,
    rangeFlags.last,
    { flags: '--limit <n>', description: 'end after n messages' },
    filterFlags.user,
    filterFlags.match,
    {
      flags: '--speed <factor>',
      description: '1x keeps the rhythm of the chat, 10x is ten times as fast',
      default: 'max',
    },
    formatFlags.format,
    formatFlags.template,
    { flags: '--to-topic <topic>', description: 'produce to this Kafka topic instead of printing' },
    { flags: '--resume <file>', description: 'keep the place in this file, and begin behind it' },
    rangeFlags.timeZone,
  ],
  examples: [
    ['twitchstats replay forsen --last 2h --speed 10x', 'watch two hours in twelve minutes'],
    ['twitchstats replay forsen --format irc > forsen.irc', 'for ingest --stdin, or simulate --file'],
    ['twitchstats replay forsen --resume forsen.cursor >> forsen.ndjson', 'from cron: only what is new'],
    ['twitchstats replay forsen --to-topic experiment', 'for a processor of your own'],
  ],
  json: 'stream',
  schema: replaySchema,
  run: async (input) => (await import('./handler.ts')).runReplay(input),
});
