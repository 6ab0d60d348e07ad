import { z } from 'zod';
import { defineCommand } from '../../../cli/command.ts';

const schema = z.object({
  lines: z.coerce.number().int().min(0).default(10),
  class: z.string().optional(),
  redrive: z.boolean().default(false),
});
export type InspectDeadLettersOptions = z.infer<typeof schema>;

export const inspectDeadLetters = defineCommand({
  name: 'dead-letters',
  summary: 'What could not be read, why, and where it came from; --redrive sends it again.',
  options: [
    { flags: '-n, --lines <n>', description: 'show the newest n', default: 10 },
    { flags: '--class <class>', description: 'only this class, such as broken_json or timestamp_future' },
    {
      flags: '--redrive',
      description: 'write them to the chat topic again, after what was wrong has been mended',
    },
  ],
  examples: [
    ['twitchstats inspect dead-letters', 'how many of each class, and the newest'],
    ['twitchstats inspect dead-letters --class timestamp_future --redrive', 'try those again'],
  ],
  json: 'object',
  schema,
  run: async (input) => (await import('./handler.ts')).inspectDeadLetters(input),
});
