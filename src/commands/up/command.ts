import { z } from 'zod';
import { channelArgument } from '../../cli/channel-argument.ts';
import { defineCommand } from '../../cli/command.ts';
import { serviceNames } from '../../stack/service.ts';

const upSchema = z.object({
  service: z.array(z.string()).default([]),
  demo: z.boolean().default(false),
  channel: z.array(channelArgument).optional(),
  infra: z.enum(['local', 'compose', 'external']).default('local'),
  detach: z.boolean().default(false),
  /** Seconds. */
  timeout: z.coerce.number().positive().max(86_400).default(120),
  ports: z.literal('auto').optional(),
});
export type UpOptions = z.infer<typeof upSchema>;

export const upCommand = defineCommand({
  name: 'up',
  summary: 'Start everything: Kafka, Cassandra, the processor, the ingestor, the API.',
  description:
    'Runs in the foreground until Ctrl-C; with -d in the background until `twitchstats down`. Ready means proven: a record ' +
    'went through Kafka, Cassandra answered CQL, the processor has its partitions, the API is healthy. When a stack runs ' +
    'already, what is missing of it is started. Everything listens on 127.0.0.1 only, but for the health of the ingestor ' +
    'where INGEST_HTTP_HOST says otherwise.',
  arguments: [
    {
      name: 'service',
      description: 'only these and what they depend on; all without it',
      variadic: true,
      suggestions: serviceNames,
    },
  ],
  options: [
    { flags: '--demo', description: 'with made-up chat from the simulator; needs no network' },
    { flags: '--channel <name>', description: 'a Twitch channel to read; may be repeated', repeatable: true },
    {
      flags: '--infra <where>',
      description:
        'local: servers of our own; compose: all of it in containers; external: clusters that run elsewhere',
      choices: ['local', 'compose', 'external'],
      default: 'local',
    },
    { flags: '-d, --detach', description: 'return when everything is ready, and leave it running' },
    { flags: '--timeout <seconds>', description: 'how long to wait until ready', default: 120 },
    {
      flags: '--ports <how>',
      description: 'take any free ports instead of the usual ones',
      choices: ['auto'],
    },
  ],
  examples: [
    ['twitchstats up --demo', 'see it work, without Twitch'],
    ['twitchstats up --channel forsen --channel xqc', 'count real chat, read anonymously'],
    ['twitchstats up -d --ports auto', 'in the background, beside whatever else runs'],
    ['twitchstats up kafka cassandra', 'only the servers'],
    ['twitchstats up --infra external', 'with the clusters of KAFKA_BROKERS and CASSANDRA_HOSTS'],
  ],
  json: 'object',
  endsInOrder: true,
  schema: upSchema,
  run: async (input) => (await import('./handler.ts')).runUp(input),
});
