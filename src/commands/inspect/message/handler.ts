import { z } from 'zod';
import type { HandlerInput } from '../../../cli/command.ts';
import { parseTimeRange } from '../../../cli/time-range.ts';
import { parseTimeZone } from '../../../cli/time-zone.ts';
import type { Settings } from '../../../config/settings.ts';
import type { ChatMessage } from '../../../contract/chat-message.ts';
import { AppError } from '../../../contract/errors.ts';
import { canonicalId, decodeChatRecord } from '../../../kafka/chat-record.ts';
import { readForgotten } from '../../../kafka/forgotten.ts';
import type { LogRecord } from '../../../kafka/log-connection.ts';
import { wholeTopic } from '../../../kafka/whole-topic.ts';
import { sanitize } from '../../../output/sanitize.ts';
import { teach } from '../lesson.ts';
import { withCassandra } from '../with-cassandra.ts';
import type { InspectMessageOptions } from './command.ts';

interface Found {
  readonly message: ChatMessage;
  readonly record: LogRecord;
}

export async function inspectMessage({
  options,
  config,
  output,
  signal,
}: HandlerInput<InspectMessageOptions>): Promise<undefined> {
  const { settings } = config();
  const { from } = parseTimeRange(
    { since: options.since },
    { now: Date.now(), timeZone: parseTimeZone(undefined) },
  );
  const found = await findInLog(settings, canonicalId(options.id), from, signal);
  const [first] = found;
  if (first === undefined) {
    throw new AppError('MESSAGE_UNKNOWN', `No message ${options.id} arrived within ${options.since}`);
  }
  const steps = stepsOf(
    settings.KAFKA_TOPIC_CHAT_MESSAGES,
    found,
    await readTables(settings, first.message, signal),
  );
  const { message } = first;
  teach(output, {
    data: { message, steps },
    human: () =>
      [
        `${sanitize(message.channel_name)} ${sanitize(message.username)}: ${sanitize(message.message)}`,
        '',
        ...steps.map(({ step, at, after_ms, where }) =>
          `${step.padEnd(10)} ${at === null ? ''.padEnd(24) : new Date(at).toISOString()}  ${after_ms === null ? '' : `+${after_ms} ms`.padStart(12)}  ${where}`.trimEnd(),
        ),
      ].join('\n'),
    explains:
      'One id goes all the way: whatever comes twice, by a reconnect or a replayed file, is counted once and is the same row. ' +
      'The window is chosen by when the message was sent, not by when it came, so that being late changes no count.',
  });
}

async function findInLog(
  settings: Settings,
  id: string,
  since: number | undefined,
  signal: AbortSignal,
): Promise<Found[]> {
  const topic = settings.KAFKA_TOPIC_CHAT_MESSAGES;
  const found: Found[] = [];
  const isForgotten = await readForgotten(settings, signal);
  const clientId = `${settings.KAFKA_CLIENT_ID}-inspect`;
  for await (const record of wholeTopic(settings, { topic, clientId, since }, signal)) {
    // The text first: decoding every record of an hour would take many times as long.
    if (record.value === null || !mayBe(record.value, id)) continue;
    const message = decodeChatRecord(topic, record);
    if (message?.message_id === id && !isForgotten(message)) found.push({ message, record });
  }
  return found;
}

const carriesUuid = /"message_id"\s*:\s*"[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}"/i;

/** A record that carries another UUID is not the one; what carries none gets one made of its id, or of its place. */
function mayBe(value: Buffer, id: string): boolean {
  if (value.includes(id)) return true;
  const text = value.toString();
  return !carriesUuid.test(text) || text.toLowerCase().includes(id);
}

interface Tables {
  /** When the row was written; null without one. */
  readonly writtenAt: number | null;
  readonly window: {
    readonly start: number;
    readonly end: number;
    /** What was last published of it, as the history has it. */
    readonly published: { readonly count: number; readonly at: number } | undefined;
  };
}

const rowSchema = z.array(z.object({ written: z.union([z.number(), z.string()]).nullable() }));
const windowSchema = z.array(z.object({ message_count: z.number(), updated_at: z.number() }));

async function readTables(settings: Settings, message: ChatMessage, signal: AbortSignal): Promise<Tables> {
  const { CASSANDRA_KEYSPACE: keyspace, CASSANDRA_TABLE: table } = settings;
  const size = settings.WINDOW_SIZE_SECONDS * 1000;
  const start = Math.floor(message.timestamp / size) * size;
  const select = `SELECT WRITETIME(message) AS written FROM ${keyspace}.${table} WHERE channel_id = ? AND timestamp = ? AND message_id = ?`;
  const history = `SELECT message_count, updated_at FROM ${keyspace}.channel_window_stats WHERE channel_id = ? AND window_start = ?`;
  const [row, window] = await withCassandra(settings, signal, (session) =>
    Promise.all([
      session.query(select, [message.channel_id, message.timestamp, message.message_id]),
      session.query(history, [message.channel_id, start]),
    ]),
  );
  const written = rowSchema.parse(row.rows)[0]?.written ?? null;
  const published = windowSchema.parse(window.rows)[0];
  return {
    // Microseconds beyond 2^53 come as text.
    writtenAt: written === null ? null : Math.round(Number(written) / 1000),
    window: {
      start,
      end: start + size,
      published:
        published === undefined ? undefined : { count: published.message_count, at: published.updated_at },
    },
  };
}

function stepsOf(topic: string, found: readonly Found[], { writtenAt, window }: Tables) {
  const sent = found[0]?.message.timestamp ?? 0;
  const step = (name: string, at: number | null, where: string) => ({
    step: name,
    at,
    after_ms: at === null ? null : at - sent,
    where,
  });
  return [
    step('sent', sent, 'by Twitch’s clock'),
    ...found.map(({ record }) =>
      step('in Kafka', record.timestamp, `${topic}-${record.partition}@${record.offset}`),
    ),
    step('counted', null, countedIn(window, found[0]?.record.timestamp ?? 0)),
    step(
      'archived',
      writtenAt,
      writtenAt === null ? 'not in Cassandra (yet, or its time is over)' : 'a row in Cassandra',
    ),
  ];
}

/** The state does not say which messages it counted; that the window was published since this one came does. */
function countedIn({ start, end, published }: Tables['window'], arrivedAt: number): string {
  const window = `in the window ${new Date(start).toISOString()} – ${new Date(end).toISOString()}`;
  if (published === undefined) return `${window}, of which nothing is published`;
  const when = `${published.count} messages as of ${new Date(published.at).toISOString()}`;
  return published.at < arrivedAt
    ? `${window}, not published since this came (${when})`
    : `${window}: ${when}`;
}
