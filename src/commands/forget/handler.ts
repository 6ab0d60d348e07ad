import { setTimeout as sleep } from 'node:timers/promises';
import { findChannel } from '../../archive/channel.ts';
import { forgetUser, userIdsOf } from '../../archive/forget-user.ts';
import { type CassandraSession, connectCassandra } from '../../cassandra/client.ts';
import type { HandlerInput } from '../../cli/command.ts';
import type { Settings } from '../../config/settings.ts';
import { AppError } from '../../contract/errors.ts';
import { eraseDeadLetters } from '../../kafka/erase-dead-letters.ts';
import { heldByArchiver } from '../../kafka/group-progress.ts';
import type { LogRecord } from '../../kafka/log-connection.ts';
import { readOptOuts, writeOptOut } from '../../kafka/opt-outs.ts';
import type { ForgetOptions } from './command.ts';
import { isLetterBy } from './letter-author.ts';
import { type Clock, forgetInPasses } from './passes.ts';
import { untilNoneHeld } from './until-none-held.ts';

/**
 * The ingestor, the counter and the archiver read opt-outs as they come, and Cassandra writes its commit log each tenth
 * of a second: ten times as long as either takes.
 */
const SETTLE_MS = 2000;
/** The archiver repeats what Cassandra did not take, as long as that takes, and commits it seconds after it was taken. */
const ARCHIVER_MS = 60_000;

interface Meant {
  readonly userId: string;
  readonly username: string | undefined;
  readonly channelId: string | undefined;
}

/** @throws AppError USAGE, CHANNEL_UNKNOWN, KAFKA_UNREACHABLE, CASSANDRA_UNREACHABLE */
export async function runForget({
  options,
  config,
  output,
  signal,
}: HandlerInput<ForgetOptions>): Promise<undefined> {
  const { settings } = config();
  const session = await connectCassandra(settings, { signal });
  try {
    const meant = await whoIsMeant(session, settings, options);
    const where = options.channel === undefined ? 'everywhere' : `in ${options.channel}`;
    if (options.dryRun) {
      const answer = { user_id: meant.userId, channel_id: meant.channelId ?? null, forgotten: false };
      output.object(answer, () => `Would forget user ${meant.userId} ${where}.`);
      return undefined;
    }
    const clock: Clock = {
      now: () => performance.now(),
      sleep: (ms) => sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted()),
    };
    await optOut(settings, meant, signal);
    const held = await untilNoneHeld(await heldByArchiver(settings), ARCHIVER_MS, clock);
    const { messages, windows } = await forgetInPasses(
      () => forgetUser(session, settings, meant),
      SETTLE_MS,
      clock,
    );
    if (held > 0)
      output.warn(
        `the archiver is ${held} records behind, and may still write what it held when the opt-out came: ` +
          'run the same command again when `twitchstats inspect lag` shows none',
      );
    const erased = await eraseDeadLetters(settings, (record) => isBy(record, meant), signal);
    output.object(
      {
        user_id: meant.userId,
        channel_id: meant.channelId ?? null,
        forgotten: true,
        messages_deleted: messages,
        windows_changed: windows,
        dead_letters_erased: erased,
      },
      () =>
        `Forgot user ${meant.userId} ${where}: ${messages} messages deleted, ${erased} dead letters erased, ${windows} past windows changed.`,
    );
    output.note(
      'Nothing of theirs will be taken again. Kafka’s log of chat holds what is in it until its retention (7 days); tail, replay and inspect leave it out.',
    );
    return undefined;
  } finally {
    await session.close();
  }
}

async function whoIsMeant(
  session: CassandraSession,
  settings: Settings,
  { user, channel }: ForgetOptions,
): Promise<Meant> {
  const channelId = channel === undefined ? undefined : (await findChannel(session, settings, channel)).id;
  if (/^\d+$/.test(user)) return { userId: user, username: undefined, channelId };
  const username = user.replace(/^@/, '');
  const ids = await userIdsOf(session, settings, username);
  const [userId] = ids;
  if (userId === undefined) {
    throw new AppError('USAGE', `The archive has nothing of a user named ${username}`, {
      hint: 'Give the user id: forgetting by id works for those who never wrote, too.',
    });
  }
  if (ids.length > 1) {
    throw new AppError('USAGE', `Several users wrote under the name ${username}`, {
      detail: `Their ids are ${ids.join(', ')}.`,
      hint: 'Give the id of the one that is meant.',
    });
  }
  return { userId, username, channelId };
}

/** One opt-out a user: a second channel must not undo the first. */
async function optOut(
  settings: Settings,
  { userId, username, channelId }: Meant,
  signal: AbortSignal,
): Promise<void> {
  const known = (await readOptOuts(settings, signal)).get(userId);
  if (known !== undefined && known.channel_id === null) return;
  if (known !== undefined && channelId !== undefined && known.channel_id !== channelId) {
    throw new AppError('USAGE', `User ${userId} has opted out of channel ${known.channel_id} already`, {
      hint: 'Opt out everywhere: leave --channel out.',
    });
  }
  await writeOptOut(settings, {
    user_id: userId,
    username: username ?? null,
    channel_id: channelId ?? null,
    at: Date.now(),
  });
}

function isBy({ key, value }: LogRecord, meant: Meant): boolean {
  if (meant.channelId !== undefined && key?.toString() !== meant.channelId) return false;
  return isLetterBy(value, meant);
}
