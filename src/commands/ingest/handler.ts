import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlerInput } from '../../cli/command.ts';
import { supervisedSignal } from '../../cli/supervised.ts';
import { AppError, messageOf } from '../../contract/errors.ts';
import { createLogger, type Logger } from '../../output/logger.ts';
import type { Output } from '../../output/output.ts';
import { asHomeError, homeNotWritable } from '../../stack/home-error.ts';
import { readChannelsFile, watchFile } from './channels-file.ts';
import type { IngestOptions } from './command.ts';
import { serveHttp } from './http.ts';
import { Ingestor } from './ingestor.ts';

export async function runIngest(input: HandlerInput<IngestOptions>): Promise<undefined> {
  const { options, io, global, output } = input;
  const { settings } = input.config({
    TWITCH_CHANNEL: options.channel.length > 0 ? options.channel : undefined,
    INGEST_HTTP_PORT: options.httpPort,
  });
  const channelsFile = options.channelsFile === undefined ? undefined : resolve(io.cwd, options.channelsFile);
  const wanted = () => [
    ...new Set([
      ...settings.TWITCH_CHANNEL,
      ...(channelsFile === undefined ? [] : readChannelsFile(channelsFile)),
    ]),
  ];
  const channels = wanted();
  if (!options.stdin && channels.length === 0 && channelsFile === undefined) {
    throw new AppError('USAGE', 'No channel to read', {
      hint: 'Name one, as in `twitchstats ingest forsen`, or set TWITCH_CHANNEL.',
    });
  }

  const signal = options.stdin ? input.signal : supervisedSignal(io, input.signal);
  const logger = createLogger(io, settings, 'ingest');
  const directory = join(global.home, 'data', 'ingest');
  const ingestor = new Ingestor({
    settings,
    logger,
    directory,
    includeMirrored: options.includeMirrored,
    readers: options.readers,
    joinsPer10s: options.joinsPer10s,
    rotateMs: options.rotate * 60_000,
    spoolLimitBytes: options.spoolLimit,
    keepsHeard: !options.stdin,
  });
  const http = await serveHttp(
    { host: settings.INGEST_HTTP_HOST, port: settings.INGEST_HTTP_PORT },
    () => ingestor.health(),
    ingestor.metrics.registry,
  );
  const read = async () => {
    if (options.stdin) return takeStdin(input, ingestor, signal);
    ingestor.setChannels(channels);
    if (channelsFile !== undefined) {
      followFile(channelsFile, () => ingestor.setChannels(wanted()), logger, signal);
    }
    output.note(`ingest: ${channels.length} channels from ${settings.TWITCH_IRC_URL}, http on ${http.port}`);
    await ingestor.reader.run(signal);
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
  if (waiting === 0) return;
  throw new AppError('KAFKA_UNREACHABLE', 'Kafka did not take all messages', {
    detail: `${waiting} of them wait on disk.`,
    hint: 'The next `twitchstats ingest` with the same --home sends them.',
  });
}

/** More messages than this in memory, and stdin waits for Kafka. */
const MAX_UNSENT_OF_STDIN = 20_000;

async function takeStdin(
  { io }: HandlerInput<IngestOptions>,
  ingestor: Ingestor,
  signal: AbortSignal,
): Promise<void> {
  const lines = createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY, terminal: false });
  signal.addEventListener('abort', () => lines.close(), { once: true });
  for await (const line of lines) {
    if (line !== '') ingestor.intake.take(line);
    while (ingestor.unsent > MAX_UNSENT_OF_STDIN && !signal.aborted) await sleep(5);
    if (signal.aborted) break;
  }
}

function followFile(path: string, apply: () => void, logger: Logger, signal: AbortSignal): void {
  const reread = () => {
    try {
      apply();
      logger.info({ path }, 'read the channels again');
    } catch (error) {
      logger.error({ path, reason: messageOf(error) }, 'cannot read the channels, keeping the old ones');
    }
  };
  watchFile(path, reread, signal);
}
