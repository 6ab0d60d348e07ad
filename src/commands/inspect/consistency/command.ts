import { z } from 'zod';
import { defineCommand } from '../../../cli/command.ts';

export const inspectConsistency = defineCommand({
  name: 'consistency',
  summary: 'What each consistency level needs of this cluster, and whether it would answer now.',
  examples: [['twitchstats inspect consistency', 'one read at every level']],
  json: 'object',
  schema: z.object({}),
  run: async (input) => (await import('./handler.ts')).inspectConsistency(input),
});
