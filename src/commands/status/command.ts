import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';

export const statusCommand = defineCommand({
  name: 'status',
  summary: 'Show what runs: each service with its state, process and ports.',
  description:
    'Asks the processes themselves. Exit code 0 when all are healthy, 3 when not, or when nothing runs.',
  examples: [
    ['twitchstats status', 'a table'],
    ['twitchstats status --json | jq -r .settings.KAFKA_BROKERS', 'for a script'],
    ['until twitchstats status --quiet; do sleep 1; done', 'wait in a script'],
  ],
  json: 'object',
  schema: z.object({}),
  run: async (input) => (await import('./handler.ts')).runStatus(input),
});
