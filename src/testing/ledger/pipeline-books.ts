import { z } from 'zod';
import type { Settings } from '../../config/settings.ts';
import type { ChannelView } from '../../contract/api.ts';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { type GapEvent, gapEventSchema } from '../../contract/ingest-event.ts';
import { arrivalsOf } from './arrivals.ts';
import { closeBooks, distinctById, lineOf, rowBook } from './books.ts';
import { closeCoverage } from './coverage-books.ts';
import { closeNewest } from './newest-books.ts';
import { readArchive, readByUser, readLog, readNewest, readTopic } from './readers.ts';
import { notToldOf, type SentLines } from './sent-lines.ts';
import { type GapSlack, gapSlack, SLACK_MS } from './tight-gaps.ts';
import { jsonIn, textOf } from './until.ts';
import { type ClosingOptions, untilClosed } from './until-closed.ts';

export interface PipelineBooks {
  /** Lines with a message that the fake Twitch sent to who was there. */
  readonly sent: number;
  /** Distinct messages in Kafka. */
  readonly arrived: number;
  /** Records beyond those: batches whose answer was lost. They count once. */
  readonly doubles: number;
  /** Sent, not in Kafka, and in a gap that was told. */
  readonly told: number;
  readonly gaps: number;
  readonly windows: number;
  readonly slack: GapSlack;
  /** What does not close, one line each. */
  readonly open: readonly string[];
}

export interface BooksOptions extends ClosingOptions {
  readonly ledger: SentLines;
  readonly apiUrl: string;
  /** What the client at the end saw last, by channel id. */
  readonly screen: ReadonlyMap<string, ChannelView>;
  readonly windowSeconds: number;
}

/** Reads all books until they close, or until the time is over: then what is still open is the result. */
export function closePipelineBooks(options: BooksOptions): Promise<PipelineBooks> {
  return untilClosed(
    () => readBooks(options),
    ({ open }) => open,
    options,
  );
}

async function readBooks({
  settings,
  ledger,
  apiUrl,
  screen,
  windowSeconds,
}: BooksOptions): Promise<PipelineBooks> {
  const log = await readLog(settings);
  const gaps = await readGaps(settings);
  const sent = ledger.lines;
  const ids = new Set(log.map(({ message_id }) => message_id));
  const lost = sent.filter(({ id }) => !ids.has(id));
  const silent = notToldOf(lost, gaps);
  const told = lost.length - silent.length;
  const judge = arrivalsOf(sent);
  const slack = gapSlack(ledger, (id) => ids.has(id), gaps, SLACK_MS.whateverHappens);
  const channelIds = [...new Set(log.map(({ channel_id }) => channel_id))];
  const byUser = rowBook('by user', distinctById(log));
  await readByUser(settings, byUser.add);
  const { rows, windows, coverage } = await readArchive(settings, channelIds);
  const discrepancies = [
    ...closeBooks({ log, rows, windows, windowSeconds }),
    ...byUser.close(),
    ...closeNewest(windows, await readNewest(settings)),
    ...closeCoverage(coverage, gaps, windowSeconds),
  ];
  const newest = newestWindows(log, windowSeconds);
  return {
    sent: sent.length,
    arrived: ids.size,
    doubles: log.length - ids.size,
    told,
    gaps: gaps.length,
    windows: windows.length,
    slack,
    open: [
      ...silent.map(
        ({ id, channel, datedAt }) => `lost and not told: ${id} of ${channel} at ${iso(datedAt)}`,
      ),
      ...slack.open,
      ...log.flatMap((message) => judge(message) ?? []),
      ...(sent.length === ids.size + told + silent.length
        ? []
        : [`${sent.length} sent are not ${ids.size} arrived, ${told} told and ${silent.length} untold`]),
      ...discrepancies.map(lineOf),
      ...(await answersThatDiffer(apiUrl, newest)),
      ...viewsThatDiffer(screen, newest),
    ],
  };
}

async function readGaps(settings: Settings): Promise<GapEvent[]> {
  const records = await readTopic(settings, settings.KAFKA_TOPIC_INGEST_EVENTS);
  return records.map(({ value }) => gapEventSchema.parse(JSON.parse(String(value))));
}

interface NewestWindow {
  readonly start: number;
  readonly ids: Set<string>;
}

/** The newest window of each channel, by plain recounting. */
function newestWindows(log: readonly ChatMessage[], windowSeconds: number): Map<string, NewestWindow> {
  const size = windowSeconds * 1000;
  const newest = new Map<string, NewestWindow>();
  for (const { channel_id: channel, message_id: id, timestamp } of log) {
    const start = Math.floor(timestamp / size) * size;
    const known = newest.get(channel);
    if (known === undefined || known.start < start) newest.set(channel, { start, ids: new Set([id]) });
    else if (known.start === start) known.ids.add(id);
  }
  return newest;
}

const answerSchema = z.object({ message_count: z.number(), current_window: z.object({ start: z.number() }) });

/** For one answer, on a machine that has much else to do. */
const ANSWER_MS = 30_000;

async function answersThatDiffer(
  apiUrl: string,
  newest: ReadonlyMap<string, NewestWindow>,
): Promise<string[]> {
  const differ: string[] = [];
  for (const [channel, window] of newest) {
    const text = await textOf(`${apiUrl}/api/channels/${channel}/stats`, ANSWER_MS);
    // Nor will it to the others.
    if (text === undefined) return [...differ, `the API gives no answer on ${channel}`];
    const line = differenceTo(window, jsonIn(text, answerSchema));
    if (line !== undefined) differ.push(`the API on ${channel}: ${line}`);
  }
  return differ;
}

function viewsThatDiffer(
  screen: ReadonlyMap<string, ChannelView>,
  newest: ReadonlyMap<string, NewestWindow>,
): string[] {
  return [...newest].flatMap(([channel, window]) => {
    const line = differenceTo(window, screen.get(channel));
    return line === undefined ? [] : [`the screen on ${channel}: ${line}`];
  });
}

function differenceTo(
  { start, ids }: NewestWindow,
  shown: z.infer<typeof answerSchema> | undefined,
): string | undefined {
  if (shown?.message_count === ids.size && shown.current_window.start === start) return undefined;
  const said =
    shown === undefined ? 'nothing' : `${shown.message_count} since ${iso(shown.current_window.start)}`;
  return `${said}, where ${ids.size} were sent since ${iso(start)}`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
