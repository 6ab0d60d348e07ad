import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';

export const nodetoolCommand = defineCommand({
  name: 'nodetool',
  summary: 'Run Cassandra’s own nodetool against the running stack.',
  passThrough: true,
  examples: [
    ['twitchstats nodetool status', 'the ring'],
    ['twitchstats nodetool tablestats twitch_chat', 'sizes, latencies, tombstones'],
    ['twitchstats nodetool help', 'all that it can'],
  ],
  schema: z.object({ args: z.array(z.string()).default([]) }),
  run: async (input) => (await import('./handler.ts')).runNodetool(input),
});
