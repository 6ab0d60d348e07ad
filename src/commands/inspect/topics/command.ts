import { z } from 'zod';
import { defineCommand } from '../../../cli/command.ts';

export const inspectTopics = defineCommand({
  name: 'topics',
  summary: 'The topics of the pipeline: partitions, records, what Kafka keeps of them.',
  examples: [['twitchstats inspect topics', 'a line a topic']],
  json: 'object',
  schema: z.object({}),
  run: async (input) => (await import('./handler.ts')).inspectTopics(input),
});
