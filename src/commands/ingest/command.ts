import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';

const bytes = z
  .string()
  .regex(/^\d+(\.\d+)?\s*([KMG](i?B)?)?$/i, '--spool-limit takes bytes, or a number with K, M or G')
  .transform((text) => {
    const unit = /[KMG]/i.exec(text)?.[0].toUpperCase() ?? '';
    return Math.floor(Number.parseFloat(text) * 1024 ** ['', 'K', 'M', 'G'].indexOf(unit));
  });

const schema = z.object({
  channel: z.array(z.string()).default([]),
  channelsFile: z.string().optional(),
  stdin: z.boolean().default(false),
  includeMirrored: z.boolean().default(false),
  readers: z.coerce.number().int().min(1).max(2).default(1),
  joinsPer10s: z.coerce.number().int().min(1).max(2000).default(20),
  // The longest that a timer of Node waits is 2 ** 31 ms.
  rotate: z.coerce.number().nonnegative().max(35_791).default(0),
  spoolLimit: bytes.default(1024 ** 3),
  httpPort: z.string().optional(),
});

export type IngestOptions = z.infer<typeof schema>;

export const ingestCommand = defineCommand({
  name: 'ingest',
  summary: 'Read chat from Twitch into Kafka.',
  description:
    'Reads anonymously over TLS unless TWITCH_USERNAME and TWITCH_OAUTH_TOKEN are set; TWITCH_IRC_URL points it elsewhere, ' +
    'such as at `twitchstats simulate`. Bits and /me count, whispers never enter, messages that a shared chat mirrors from ' +
    'another room are left out.\n\n' +
    'While Kafka is away messages wait on disk, below the home directory, also over a restart. What was not heard or could ' +
    'not be kept is written to the topic of ingest events as a gap.\n\n' +
    'GET /health and /metrics on INGEST_HTTP_HOST (127.0.0.1), port INGEST_HTTP_PORT.',
  arguments: [
    { name: 'channel', description: 'logins of the channels (default: TWITCH_CHANNEL)', variadic: true },
  ],
  options: [
    { flags: '--channels-file <file>', description: 'one login a line; read again when it changes' },
    { flags: '--stdin', description: 'read raw IRC lines from stdin instead of connecting' },
    { flags: '--include-mirrored', description: 'also take what shared chat mirrors from other rooms' },
    { flags: '--readers <n>', description: 'connections that hear each channel: 1 or 2', default: 1 },
    { flags: '--joins-per-10s <n>', description: 'JOINs allowed; 2000 for verified bots', default: 20 },
    {
      flags: '--rotate <minutes>',
      description: 'renew each connection after this long, up to 35791; 0 never',
      default: 0,
    },
    { flags: '--spool-limit <bytes>', description: 'disk to use while Kafka is away', default: '1G' },
    {
      flags: '--http-port <port>',
      description: 'where health and metrics are served',
      default: '9405; with --stdin any free one',
    },
  ],
  examples: [
    ['twitchstats ingest forsen pajlada', 'two channels, anonymously'],
    ['twitchstats ingest --channels-file channels.txt --joins-per-10s 2000', 'many, as a verified bot'],
    ['zcat 2019.irc.gz | twitchstats ingest --stdin', 'old chat, from anything that kept raw lines'],
  ],
  endsInOrder: true,
  schema,
  run: async (input) => (await import('./handler.ts')).runIngest(input),
});
