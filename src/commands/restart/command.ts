import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';
import { serviceNames } from '../../stack/service.ts';

export const restartCommand = defineCommand({
  name: 'restart',
  summary: 'Stop one service of the running stack and start it again.',
  description: 'The others keep running and connect again by themselves.',
  arguments: [{ name: 'service', description: 'which one', required: true, suggestions: serviceNames }],
  examples: [
    ['twitchstats restart processor', 'while chat comes in: no message is lost'],
    ['twitchstats restart cassandra', 'the counts go on'],
  ],
  json: 'object',
  schema: z.object({ service: z.enum(serviceNames) }),
  run: async (input) => (await import('./handler.ts')).runRestart(input),
});
