import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';

export const envCommand = defineCommand({
  name: 'env',
  summary: 'Print the running stack’s addresses as shell variables.',
  description:
    'For our own commands, for kcat (KCAT_CONFIG), for cqlsh (CQLSH_HOST, CQLSH_PORT), and for your own code.',
  options: [
    {
      flags: '--shell <kind>',
      description: 'posix for sh, bash and zsh',
      choices: ['posix', 'fish'],
      default: 'posix',
    },
  ],
  examples: [
    ['eval "$(twitchstats env)"', 'in sh, bash, zsh'],
    ['twitchstats env --shell fish | source', 'in fish'],
    ['twitchstats env --json', 'for a program'],
  ],
  json: 'object',
  schema: z.object({ shell: z.enum(['posix', 'fish']).default('posix') }),
  run: async (input) => (await import('./handler.ts')).runEnv(input),
});
