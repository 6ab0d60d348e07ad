import { z } from 'zod';
import { defineCommand } from '../../../cli/command.ts';

export const inspectCompaction = defineCommand({
  name: 'compaction',
  summary: 'How each table is compacted, what it takes on disk, and what was merged lately.',
  examples: [['twitchstats inspect compaction', 'strategies and the last ten compactions']],
  json: 'object',
  schema: z.object({}),
  run: async (input) => (await import('./handler.ts')).inspectCompaction(input),
});
