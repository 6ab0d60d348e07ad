import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';

export const bootstrapCommand = defineCommand({
  name: 'bootstrap',
  summary: 'Create the Kafka topics and the Cassandra tables that are missing, and show what drifted.',
  description:
    'Safe to run again: what exists is compared with the contract, and left as it is. --fix sets topic configurations back; ' +
    'partition counts, replication and tables are yours to change.',
  options: [
    { flags: '--check', description: 'create nothing; exit 1 when something is missing or differs' },
    { flags: '--fix', description: 'set drifted topic configurations back to the contract' },
  ],
  examples: [
    ['twitchstats bootstrap', 'create what is missing'],
    ['twitchstats bootstrap --check --json', 'what a deployment pipeline asks'],
  ],
  json: 'object',
  schema: z
    .object({ check: z.boolean().default(false), fix: z.boolean().default(false) })
    .refine(({ check, fix }) => !(check && fix), '--check changes nothing, so it cannot go with --fix'),
  run: async (input) => (await import('./handler.ts')).runBootstrap(input),
});
