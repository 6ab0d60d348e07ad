import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';

export const apiCommand = defineCommand({
  name: 'api',
  summary: 'Serve the counts, the archive and a live stream over HTTP.',
  description:
    'Listens on 127.0.0.1 unless --host says otherwise; any other address needs --api-token, which callers then send as ' +
    '`Authorization: Bearer TOKEN`.',
  options: [
    { flags: '--host <address>', description: 'where to listen', default: '127.0.0.1' },
    { flags: '-p, --port <port>', description: 'port to listen on', default: 3000 },
    { flags: '--api-token <token>', description: 'what callers must send; better given as API_TOKEN' },
    {
      flags: '--cors-origin <origins>',
      description: 'origins of browsers that may read, separated by commas',
    },
  ],
  examples: [
    ['twitchstats api', 'http://localhost:3000'],
    ['twitchstats api --port 8080 --cors-origin https://example.org', 'for a page of your own'],
  ],
  schema: z.object({
    host: z.string().optional(),
    port: z.string().optional(),
    apiToken: z.string().optional(),
    corsOrigin: z.string().optional(),
  }),
  run: async (input) => (await import('./handler.ts')).runApiCommand(input),
});
