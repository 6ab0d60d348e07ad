import type { KafkaSettings } from './client.ts';
import { type LogRecord, openLog } from './log-connection.ts';
import { readLog } from './log-reader.ts';

export interface WholeTopicOptions {
  readonly topic: string;
  readonly clientId: string;
  /** Only what was appended from this time on (epoch ms); all of it without. */
  readonly since?: number | undefined;
}

/**
 * The records of a topic, oldest first, up to what was its end when this was called; none of an aborted transaction, nor
 * of one that is open then.
 * @throws AppError KAFKA_UNREACHABLE, KAFKA_TOPIC_MISSING
 */
export async function* wholeTopic(
  settings: KafkaSettings,
  { topic, clientId, since }: WholeTopicOptions,
  signal: AbortSignal,
): AsyncGenerator<LogRecord> {
  const log = await openLog(settings, { topic, clientId, committedOnly: true }, signal);
  try {
    const to = await log.offsets('end');
    const from = await log.offsets(since ?? 'beginning');
    for await (const records of readLog(log, { from, to })) {
      if (signal.aborted) return;
      yield* records;
    }
  } finally {
    await log.close();
  }
}
