import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';

export const fetchCommand = defineCommand({
  name: 'fetch',
  summary: 'Fetch everything that `up` needs, ahead of time.',
  description:
    'Kafka, Cassandra and the processor’s libraries, from the Maven repositories that coursier is set to. After it `up` ' +
    'needs no network.',
  options: [{ flags: '--check', description: 'fetch nothing; exit 1 when something is missing' }],
  examples: [
    ['twitchstats fetch', 'before a flight'],
    ['twitchstats fetch --check', 'would `up` need the network?'],
  ],
  json: 'object',
  schema: z.object({ check: z.boolean().default(false) }),
  run: async (input) => (await import('./handler.ts')).runFetch(input),
});
