import type { HandlerInput } from '../../cli/command.ts';
import { channelFilter, messageFilter } from '../../cli/message-filter.ts';
import { parseTimeRange, withLast } from '../../cli/time-range.ts';
import { parseTimeZone } from '../../cli/time-zone.ts';
import { readForgotten } from '../../kafka/forgotten.ts';
import { type LogConnection, openLog, type Positions } from '../../kafka/log-connection.ts';
import { followLog, readLog } from '../../kafka/log-reader.ts';
import { messageFormatter } from '../../output/message-format.ts';
import type { TailOptions } from './command.ts';
import { MessagePrinter } from './message-printer.ts';
import { sayWhatWasSeen } from './summary.ts';

const DEFAULT_LAST = '5m';
/** As `tail -f` shows before it follows. */
const LINES_BEFORE_FOLLOWING = 10;

/** @throws AppError KAFKA_UNREACHABLE, KAFKA_TOPIC_MISSING, USAGE */
export async function runTail(input: HandlerInput<TailOptions>): Promise<undefined> {
  const { options, io, output, signal } = input;
  const timeZone = parseTimeZone(options.tz);
  const hasBeginning = [options.since, options.last, options.from].some((flag) => flag !== undefined);
  const span = parseTimeRange(withLast(options, DEFAULT_LAST), { now: Date.now(), timeZone });
  const matches = messageFilter(options);
  const quietFollow = options.follow && !hasBeginning && options.lines === undefined;
  const format = messageFormatter({
    json: output.json,
    ...options,
    timeZone: options.tz === undefined ? undefined : timeZone,
    streamsJson: output.streamsJson,
    isTerminal: io.stdout.isTTY === true,
    showsChannel: options.channel.length !== 1,
    paint: output.paint,
  });
  const { settings } = input.config();
  const isForgotten = await readForgotten(settings, signal);
  const printer = new MessagePrinter({
    inChannel: channelFilter(options.channel),
    matches: (message) => !isForgotten(message) && matches(message),
    format,
    limit: options.limit,
    newest: quietFollow ? LINES_BEFORE_FOLLOWING : options.lines,
    write: (text) => output.text(text),
  });
  const topic = settings.KAFKA_TOPIC_CHAT_MESSAGES;
  const log = await openLog(settings, { topic, clientId: `${settings.KAFKA_CLIENT_ID}-tail` }, signal);
  try {
    // The end first: what arrives while the beginning is looked up belongs to what follows.
    const end = await log.offsets('end');
    const to = span.to === undefined ? end : await log.offsets(span.to);
    await printSpan(log, topic, await log.offsets(span.from ?? 'beginning'), to, printer, signal);
    if (options.follow) await printWhatArrives(log, topic, end, printer, signal);
  } finally {
    await log.close();
  }
  sayWhatWasSeen(printer.seen, options, output);
}

async function printSpan(
  log: LogConnection,
  topic: string,
  from: Positions,
  to: Positions,
  printer: MessagePrinter,
  signal: AbortSignal,
): Promise<void> {
  for await (const records of readLog(log, { from, to })) {
    await printer.print(topic, records);
    if (printer.isDone || signal.aborted) return;
  }
  await printer.printNewest();
}

async function printWhatArrives(
  log: LogConnection,
  topic: string,
  from: Positions,
  printer: MessagePrinter,
  signal: AbortSignal,
): Promise<void> {
  if (printer.isDone) return;
  for await (const records of followLog(log, from, signal)) {
    await printer.print(topic, records);
    if (printer.isDone) return;
  }
}
