import { z } from 'zod';
import { defineCommand } from '../../cli/command.ts';
import { isLogin, loginOf } from '../../contract/channel-names.ts';

const channelList = z
  .string()
  .transform((text, context) => {
    if (/^\d+$/.test(text)) return Number(text);
    const names = text.split(',').map((name) => loginOf(name.trim()));
    if (names.every(isLogin)) return names;
    context.addIssue('--channels takes a number, or names separated by commas');
    return z.NEVER;
  })
  .refine((value) => typeof value !== 'number' || (value >= 1 && value <= 10_000), '--channels: 1 to 10000');

const schema = z.object({
  channels: channelList.default(10),
  rate: z.coerce.number().positive().max(1_000_000).optional(),
  seed: z.coerce.number().int().nonnegative().optional(),
  startTime: z.string().optional(),
  port: z.coerce.number().int().min(0).max(65_535).default(6667),
  file: z.string().optional(),
  lines: z.coerce.number().int().positive().optional(),
  scenario: z.string().optional(),
  ledger: z.string().optional(),
  exit: z.boolean().default(false),
});

export type SimulateOptions = z.infer<typeof schema>;

export const simulateCommand = defineCommand({
  name: 'simulate',
  summary: 'Run a fake Twitch chat server on loopback.',
  description:
    'Speaks Twitch’s IRC over WebSocket, so that any chat client can connect: point TWITCH_IRC_URL at it. Plays life-like ' +
    'invented chat, or a file of raw IRC lines.\n\n' +
    'The same --seed gives the same lines, message ids included, with the time of sending from now on, or from --start-time ' +
    'on; a message id counts once, so chat that is to be counted anew needs another seed. Without --seed each run differs.\n\n' +
    'A file is played once, in order. It begins when all its channels have been joined, or when joining has come to rest; ' +
    'lines of channels that nobody is in wait until somebody is, so nothing is lost. Lines without a channel go to everyone.',
  options: [
    { flags: '--channels <n|names>', description: 'how many channels, or which ones', default: 10 },
    {
      flags: '--rate <n>',
      description: 'lines a second in all channels together (default: 50, or 1000 with --file)',
    },
    { flags: '--seed <n>', description: 'which chat to make up' },
    {
      flags: '--start-time <time>',
      description: 'when the first line was sent, instead of now: 2019-01-01T12:00:00Z, yesterday, -2h',
    },
    { flags: '-p, --port <port>', description: 'port to listen on; 0 chooses a free one', default: 6667 },
    { flags: '--file <lines>', description: 'play these raw IRC lines instead' },
    { flags: '--lines <n>', description: 'how many lines to make up (default: no end)' },
    { flags: '--scenario <file>', description: 'faults to play, as JSON; see docs/simulator.md' },
    { flags: '--ledger <file>', description: 'write down what was sent to whom, as JSON lines' },
    { flags: '--exit', description: 'end when the file, or --lines, have been played' },
  ],
  json: 'object',
  examples: [
    [
      'twitchstats simulate --channels 5 --rate 200',
      'then TWITCH_IRC_URL=ws://127.0.0.1:6667 twitchstats ingest …',
    ],
    ['twitchstats simulate --channels alpha,beta --seed 7', 'the same chat each time'],
    ['twitchstats simulate --file chat.irc --exit', 'plays a recording once'],
  ],
  schema,
  run: async (input) => (await import('./handler.ts')).runSimulate(input),
});
