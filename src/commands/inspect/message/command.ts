import { z } from 'zod';
import { defineCommand } from '../../../cli/command.ts';
import { rangeFlags } from '../../../cli/range-flags.ts';

const schema = z.object({ id: z.string().min(1), since: z.string().default('1h') });
export type InspectMessageOptions = z.infer<typeof schema>;

export const inspectMessage = defineCommand({
  name: 'message',
  summary: 'The way of one message: sent, in Kafka, counted in a window, a row in Cassandra.',
  arguments: [{ name: 'id', description: 'its message_id', required: true }],
  options: [{ ...rangeFlags.since, default: '1h' }],
  examples: [
    ['twitchstats inspect message "$(twitchstats tail -n 1 | jq -r .message_id)"', 'the newest one'],
  ],
  json: 'object',
  schema,
  run: async (input) => (await import('./handler.ts')).inspectMessage(input),
});
