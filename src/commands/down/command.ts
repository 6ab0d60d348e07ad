import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';

export const downCommand = defineCommand({
  name: 'down',
  summary: 'Stop everything in order, and look whether it has gone.',
  description: 'The data is kept, and found again by the next `up`; --purge deletes it, after asking.',
  options: [
    { flags: '--purge', description: 'delete all data, logs and caches of this home directory as well' },
    { flags: '--force', description: 'with --purge: do not ask' },
  ],
  examples: [
    ['twitchstats down', 'stop, keep the data'],
    ['twitchstats down --purge', 'stop, and forget everything'],
  ],
  json: 'object',
  schema: z
    .object({ purge: z.boolean().default(false), force: z.boolean().default(false) })
    .refine(({ purge, force }) => purge || !force, '--force belongs to --purge'),
  run: async (input) => (await import('./handler.ts')).runDown(input),
});
