import { z } from 'zod';
import { defineCommand } from '../../../cli/command.ts';

export const inspectLag = defineCommand({
  name: 'lag',
  summary: 'How far each consumer group is behind the end of each partition.',
  examples: [
    ['twitchstats inspect lag', 'a line a group and partition'],
    ["twitchstats inspect lag --json | jq '[.partitions[].lag] | add'", 'one number'],
  ],
  json: 'object',
  schema: z.object({}),
  run: async (input) => (await import('./handler.ts')).inspectLag(input),
});
