import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';

export const processorCommand = defineCommand({
  name: 'processor',
  summary: 'Run the stream processor: windowed counts, and the archive to Cassandra.',
  description:
    'Counts under exactly_once_v2 (count), or copies every message to Cassandra (archive), or both. Several may run at ' +
    'once; each needs a STATE_DIR of its own. It has no flags for its settings: those that it shares with the other ' +
    'commands are in docs/configuration.md, its own in docs/processor.md.',
  options: [
    {
      flags: '--role <role>',
      description: 'what to do',
      choices: ['count', 'archive', 'all'],
      default: 'all',
    },
  ],
  examples: [
    ['twitchstats processor', 'count and archive'],
    ['twitchstats processor --role count', 'count only; needs no Cassandra'],
  ],
  endsInOrder: true,
  schema: z.object({ role: z.enum(['count', 'archive', 'all']).default('all') }),
  run: async (input) => (await import('./handler.ts')).runProcessor(input),
});
