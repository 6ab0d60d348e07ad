import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';

export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'Look at this machine: does it have what the stack needs?',
  description: 'Each line is ok, a warning, or a failure with its remedy. Exit code 1 when something fails.',
  examples: [
    ['twitchstats doctor', 'before the first `up`, or when it fails'],
    ['twitchstats doctor --json', 'for a bug report'],
  ],
  json: 'object',
  schema: z.object({}),
  run: async (input) => (await import('./handler.ts')).runDoctor(input),
});
