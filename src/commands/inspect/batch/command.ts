import { z } from 'zod';
import { defineCommand } from '../../../cli/command.ts';

const schema = z.object({ rows: z.coerce.number().int().min(1_000).max(1_000_000).default(10_000) });
export type InspectBatchOptions = z.infer<typeof schema>;

export const inspectBatch = defineCommand({
  name: 'batch',
  summary: 'Measure batches of 1, 10, 50 and 100 rows of one partition, on this cluster, now.',
  description: 'Writes to a table of its own, which it drops at the end.',
  options: [{ flags: '-n, --rows <n>', description: 'rows to write for each size', default: 10_000 }],
  examples: [['twitchstats inspect batch', 'some seconds of writing']],
  json: 'object',
  schema,
  run: async (input) => (await import('./handler.ts')).inspectBatch(input),
});
