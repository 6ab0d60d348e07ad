import { resolve } from 'node:path';
import { findChannel } from '../../archive/channel.ts';
import { isBalanced, type ReplayTally, replay } from '../../archive/replay.ts';
import { readCursor } from '../../archive/replay-cursor.ts';
import { noPace, rhythm } from '../../archive/replay-pace.ts';
import { connectCassandra } from '../../cassandra/client.ts';
import { messageExtent, readMessages } from '../../cassandra/message-pages.ts';
import type { HandlerInput } from '../../cli/command.ts';
import { messageFilter } from '../../cli/message-filter.ts';
import { parseTimeRange } from '../../cli/time-range.ts';
import { parseTimeZone } from '../../cli/time-zone.ts';
import type { Settings } from '../../config/settings.ts';
import { beforeAborted } from '../../contract/abort.ts';
import { exitCodes, messageOf } from '../../contract/errors.ts';
import { archivedUntil } from '../../kafka/group-progress.ts';
import { messageFormatter } from '../../output/message-format.ts';
import { startProgress } from '../../output/progress.ts';
import type { ReplayOptions } from './command.ts';
import { cursorKeeper } from './cursor-keeper.ts';
import { heldBytes, lineSink, type ReplayTarget, topicSink } from './sinks.ts';
import { describeProgress, describeResult } from './summary.ts';

/** Messages can be late by this much: what a resumed replay has passed it never sees again. */
const SETTLED_AFTER_MS = 60_000;

/**
 * @returns 1 when the books do not balance
 * @throws AppError CHANNEL_UNKNOWN, CASSANDRA_*, KAFKA_*, FILE_UNREADABLE, USAGE
 */
export async function runReplay(input: HandlerInput<ReplayOptions>): Promise<number> {
  const { options, global, io, output, signal } = input;
  const matches = messageFilter(options);
  const pace = options.speed === Number.POSITIVE_INFINITY ? noPace : rhythm(options.speed);
  const toLines = linesTarget(input);
  const now = Date.now();
  const span = parseTimeRange(options, { now, timeZone: parseTimeZone(options.tz) });
  const { settings } = input.config();
  const session = await beforeAborted(connectCassandra(settings), signal);
  try {
    const channel = await findChannel(session, settings, options.channel);
    const file = options.resume === undefined ? undefined : resolve(io.cwd, options.resume);
    const settled = file === undefined ? undefined : await settledAt(input, settings);
    const range = {
      channelId: channel.id,
      from: span.from,
      to: Math.min(span.to ?? now + 1, settled ?? Number.POSITIVE_INFINITY),
      after: file === undefined ? undefined : await readCursor(file, channel.id),
    };
    const extent = await messageExtent(session, settings, range, signal);
    const target = options.toTopic === undefined ? toLines : await topicSink(settings, options.toTopic);
    const cursor = cursorKeeper(file, channel.id, target);
    const startedAt = performance.now();
    let tally: ReplayTally = { read: 0, filtered: 0, written: 0, cursor: undefined };
    const shown = { quiet: global.quiet, writesLines: options.toTopic === undefined };
    const progress = startProgress(io, shown, () => describeProgress(tally, extent, startedAt));
    try {
      tally = await replay({
        channel,
        pages: readMessages(session, settings, range, { extent, signal }),
        sink: target,
        matches,
        pace,
        limit: options.limit,
        onProgress: (current) => {
          tally = current;
        },
        onCursor: cursor.moved,
        signal,
      });
    } finally {
      progress.stop();
      await cursor.save(signal.aborted).finally(() => target.close());
    }
    output.note(describeResult(tally, channel, target.what, startedAt, signal.aborted));
    return isBalanced(tally) ? exitCodes.ok : exitCodes.failed;
  } finally {
    await session.close();
  }
}

/** Until when the archive is whole, epoch ms: a minute before now, or before what the archiver has not written yet. */
async function settledAt(
  { output, signal }: HandlerInput<ReplayOptions>,
  settings: Settings,
): Promise<number> {
  const now = Date.now();
  try {
    return Math.min(now, (await archivedUntil(settings, signal)) ?? now) - SETTLED_AFTER_MS;
  } catch (error) {
    signal.throwIfAborted();
    output.warn(
      `Kafka cannot say whether the archiver is behind (${messageOf(error)}): what it writes later is passed over.`,
    );
    return now - SETTLED_AFTER_MS;
  }
}

function linesTarget({ options, io, output }: HandlerInput<ReplayOptions>): ReplayTarget {
  const format = messageFormatter({
    json: output.json,
    ...options,
    timeZone: options.tz === undefined ? undefined : parseTimeZone(options.tz),
    streamsJson: output.streamsJson,
    isTerminal: io.stdout.isTTY === true,
    showsChannel: false,
    paint: output.paint,
  });
  return lineSink(format, (text) => output.text(text), heldBytes(io.stdout));
}
