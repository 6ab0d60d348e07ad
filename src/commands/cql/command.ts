import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';
import { consistencyLevels } from '../../config/settings.ts';

export const cqlCommand = defineCommand({
  name: 'cql',
  summary: 'Run one CQL statement on the archive.',
  description:
    'The statement goes to Cassandra as it is, in the configured keyspace. Reads are cut at --limit rows.',
  arguments: [{ name: 'statement', description: 'one CQL statement, quoted', required: true }],
  options: [
    { flags: '-n, --limit <rows>', description: 'rows to show', default: 100 },
    {
      flags: '--consistency <level>',
      description: `how many replicas have to answer: ${consistencyLevels.join(', ')} (default: CASSANDRA_CONSISTENCY)`,
    },
    { flags: '--timeout <seconds>', description: 'how long to wait for the answer', default: 30 },
    { flags: '--tracing', description: 'show what Cassandra did for it, step by step' },
  ],
  examples: [
    ["twitchstats cql 'SELECT * FROM raw_chat_messages LIMIT 5'", 'a table'],
    ["twitchstats cql 'SELECT count(*) FROM raw_chat_messages' --json", 'rows as JSON'],
    ["twitchstats cql 'DESCRIBE TABLES'", 'what there is'],
    [
      "twitchstats cql --tracing --consistency QUORUM 'SELECT * FROM channels_by_name'",
      'asked of most replicas, with the steps it took',
    ],
  ],
  json: 'object',
  schema: z.object({
    statement: z.string().trim().min(1, 'the statement is empty'),
    limit: z.coerce.number().int().min(1).max(100_000).default(100),
    consistency: z.string().toUpperCase().pipe(z.enum(consistencyLevels)).optional(),
    timeout: z.coerce.number().positive().max(86_400).default(30),
    tracing: z.boolean().default(false),
  }),
  run: async (input) => (await import('./handler.ts')).runCql(input),
});
