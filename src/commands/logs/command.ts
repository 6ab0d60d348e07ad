import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';
import { serviceNames } from '../../stack/service.ts';

export const logsCommand = defineCommand({
  name: 'logs',
  summary: 'Show the services’ own logs, merged by time.',
  arguments: [
    { name: 'service', description: 'whose; all without it', variadic: true, suggestions: serviceNames },
  ],
  options: [
    { flags: '-f, --follow', description: 'go on with what comes' },
    { flags: '-n, --lines <n>', description: 'the last lines of each service', default: 30 },
  ],
  examples: [
    ['twitchstats logs processor', 'why did it end?'],
    ['twitchstats logs -f kafka ingest', 'watch two at once'],
    ['twitchstats logs -n 1000 | grep ERROR', 'for a pipe'],
  ],
  json: 'stream',
  schema: z.object({
    service: z.array(z.string()).default([]),
    follow: z.boolean().default(false),
    lines: z.coerce.number().int().min(0).max(100_000).default(30),
  }),
  run: async (input) => (await import('./handler.ts')).runLogs(input),
});
