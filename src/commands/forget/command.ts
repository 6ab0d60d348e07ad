import { z } from 'zod';
import { channelArgument } from '../../cli/channel-argument.ts';
import { defineCommand } from '../../cli/command.ts';

export const forgetSchema = z.object({
  user: z.string().min(1),
  channel: channelArgument.optional(),
  dryRun: z.boolean().default(false),
});
export type ForgetOptions = z.infer<typeof forgetSchema>;

export const forgetCommand = defineCommand({
  name: 'forget',
  summary: 'Delete what a user wrote, and never take anything of theirs again.',
  description:
    'Writes an opt-out, which the ingestor, the counter and the archiver obey, deletes rows and dead letters, and takes the user out of ' +
    'the top chatters of all windows. Kafka’s own log of chat loses its records only with time (7 days); tail, replay and inspect leave them out.',
  options: [
    {
      flags: '-u, --user <user>',
      description: 'user id, or a name that the archive knows (@ before one that is all digits)',
    },
    {
      flags: '--channel <channel>',
      description: 'only in this channel, by name or id (default: everywhere)',
    },
    { flags: '--dry-run', description: 'say who is meant and change nothing' },
  ],
  examples: [
    ['twitchstats forget --user 10203040', 'somebody asked for it'],
    ['twitchstats forget --user some_viewer --dry-run', 'who is that?'],
  ],
  json: 'object',
  schema: forgetSchema,
  run: async (input) => (await import('./handler.ts')).runForget(input),
});
