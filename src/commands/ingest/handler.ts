import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlerInput } from '../../cli/command.ts';
import { supervisedSignal } from '../../cli/supervised.ts';
import type { Settings } from '../../config/settings.ts';
import { AppError, messageOf } from '../../contract/errors.ts';
import { createLogger, type Logger } from '../../output/logger.ts';
import type { Output } from '../../output/output.ts';
import { asHomeError, homeNotWritable } from '../../stack/home-error.ts';
import { acquireLock } from '../../stack/lock.ts';
import { readChannelsFile, watchFile } from './channels-file.ts';
import type { IngestOptions } from './command.ts';
import { serveHttp } from './http.ts';
import { Ingestor } from './ingestor.ts';
import { linesOf } from './lines-of.ts';

/** Found by others, not in Twitch's documentation: https://github.com/twitch4j/twitch4j/issues/985 */
const CHANNELS_OF_AN_ACCOUNT = 100;

export async function runIngest(input: HandlerInput<IngestOptions>): Promise<undefined> {
  const { options, global, output } = input;
  const { settings } = input.config({
    TWITCH_CHANNEL: options.channel.length > 0 ? options.channel : undefined,
    // Old chat is taken in beside an ingestor that runs.
    INGEST_HTTP_PORT: options.httpPort ?? (options.stdin ? 0 : undefined),
  });
  if (options.stdin && (options.channel.length > 0 || options.channelsFile !== undefined)) {
    throw new AppError('USAGE', '--stdin takes the channels that its lines are of', {
      hint: 'Leave channels out, and let `grep` choose lines, such as those with ` PRIVMSG #forsen `.',
    });
  }
  const source = channelSource(input, settings);
  const channels = source.read();
  if (!options.stdin && source.file === undefined && channels.length === 0) {
    throw new AppError('USAGE', 'No channel to read', {
      hint: 'Name one, as in `twitchstats ingest forsen`, or set TWITCH_CHANNEL.',
    });
  }
  if (settings.TWITCH_OAUTH_TOKEN !== undefined && channels.length > CHANNELS_OF_AN_ACCOUNT)
    output.warn(
      `Twitch lets one account read ${CHANNELS_OF_AN_ACCOUNT} channels, and these are ${channels.length}: without TWITCH_USERNAME and TWITCH_OAUTH_TOKEN more can be read.`,
    );
  const directory = join(global.home, 'data', options.stdin ? 'ingest-stdin' : 'ingest');
  const lock = acquireLock(join(directory, 'lock'), directory);
  // Two would send each other's records from disk, and delete them.
  if (!('release' in lock)) {
    throw new AppError('USAGE', `Another \`ingest\` (pid ${lock.pid}) uses ${directory}`, {
      hint: options.stdin
        ? 'Wait until it has ended. With another --home, say where Kafka is with KAFKA_BROKERS.'
        : 'Stop it, or give this one another --home. A stack takes more channels by `twitchstats up --channel NAME`.',
    });
  }
  try {
    await ingest(input, settings, { source, channels, directory });
  } finally {
    lock.release();
  }
}

/** What is to be read: the named channels, and those of a file, which may change. */
interface ChannelSource {
  /** An absolute path. */
  readonly file: string | undefined;
  /** @throws AppError FILE_UNREADABLE, CONFIG_INVALID */
  readonly read: () => string[];
}

function channelSource({ options, io }: HandlerInput<IngestOptions>, settings: Settings): ChannelSource {
  const file = options.channelsFile === undefined ? undefined : resolve(io.cwd, options.channelsFile);
  const inFile = () => (file === undefined ? [] : readChannelsFile(file));
  return { file, read: () => [...new Set([...settings.TWITCH_CHANNEL, ...inFile()])] };
}

async function ingest(
  input: HandlerInput<IngestOptions>,
  settings: Settings,
  { source, channels, directory }: { source: ChannelSource; channels: readonly string[]; directory: string },
): Promise<void> {
  const { options, io, output } = input;
  const signal = options.stdin ? input.signal : supervisedSignal(io, input.signal);
  const logger = createLogger(io, settings, 'ingest', { colorize: output.wordPaint.level > 0 });
  const ingestor = new Ingestor({
    settings,
    logger,
    directory,
    includeMirrored: options.includeMirrored,
    readers: options.readers,
    joinsPer10s: options.joinsPer10s,
    rotateMs: options.rotate * 60_000,
    spoolLimitBytes: options.spoolLimit,
    tellsLosses: !options.stdin,
  });
  const http = await serveHttp(
    { host: settings.INGEST_HTTP_HOST, port: settings.INGEST_HTTP_PORT },
    () => ingestor.health(),
    ingestor.metrics.registry,
  );
  const read = async () => {
    if (options.stdin) return takeStdin(input, ingestor, signal);
    ingestor.setChannels(channels);
    const { file } = source;
    const unfollow =
      file === undefined ? undefined : followFile(file, () => ingestor.setChannels(source.read()), logger);
    output.note(`ingest: ${channels.length} channels from ${settings.TWITCH_IRC_URL}, http on ${http.port}`);
    await ingestor.reader.run(signal).finally(unfollow);
  };
  let waiting = 0;
  try {
    await ingestor.start().catch((cause: unknown) => {
      throw homeNotWritable(directory, cause);
    });
    try {
      await read();
    } finally {
      const closeMs = options.stdin && !signal.aborted ? STDIN_CLOSE_MS : CLOSE_MS;
      waiting = await ingestor.close(closeMs).catch((error: unknown) => {
        throw asHomeError(error, directory);
      });
    }
  } finally {
    await http.close();
  }
  if (options.stdin) sayRead(output, ingestor, waiting);
}

/** How long SIGTERM may wait for Kafka before the rest goes to disk; a supervisor gives 10 s. */
const CLOSE_MS = 5000;
/** How long the end of stdin may: nobody is in a hurry. */
const STDIN_CLOSE_MS = 60_000;

function sayRead(output: Output, ingestor: Ingestor, waiting: number): void {
  const { lines, messages } = ingestor.metrics.counters();
  output.note(`read ${lines} lines, ${messages} messages`);
  if (ingestor.lost > 0) {
    throw new AppError('KAFKA_UNREACHABLE', 'Messages are lost: neither Kafka nor the disk took them', {
      detail: `${ingestor.lost} of them.`,
      hint: 'Run it again with the same input; what had arrived is not counted twice.',
    });
  }
  if (waiting === 0) return;
  throw new AppError('KAFKA_UNREACHABLE', 'Kafka did not take all messages', {
    detail: `${waiting} of them wait on disk.`,
    hint: 'The next `twitchstats ingest --stdin` with the same --home sends them.',
  });
}

/** More messages than this in memory and on disk, and stdin waits for Kafka. */
const MAX_WAITING_OF_STDIN = 20_000;

async function takeStdin(
  { io }: HandlerInput<IngestOptions>,
  ingestor: Ingestor,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return;
  for await (const line of linesOf(io.stdin, signal)) {
    if (line !== '') ingestor.intake.take(line);
    while (ingestor.waiting > MAX_WAITING_OF_STDIN && !signal.aborted && ingestor.lost === 0) await sleep(5);
    // Who lost something reads all of it again: the sooner the better.
    if (signal.aborted || ingestor.lost > 0) break;
  }
}

function followFile(path: string, apply: () => void, logger: Logger): () => Promise<void> {
  const reread = () => {
    try {
      apply();
      logger.info({ path }, 'read the channels');
    } catch (error) {
      logger.error({ path, reason: messageOf(error) }, 'cannot read the channels, keeping the old ones');
    }
  };
  return watchFile(path, reread, (error) => {
    logger.error({ path, reason: messageOf(error) }, 'changes of the file are not noticed');
  });
}
