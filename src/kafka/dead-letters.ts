import type { Settings } from '../config/settings.ts';
import type { KafkaSettings } from './client.ts';
import type { LogRecord } from './log-connection.ts';
import { wholeTopic } from './whole-topic.ts';

/** A record that the pipeline could not read, as it lies in the dead-letter topic. */
export interface DeadLetter {
  /** Why, in one word: `broken_json`, `missing_field` … */
  readonly class: string;
  readonly detail: string;
  /** Where the record was. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When it was put aside, epoch milliseconds. */
  readonly at: number;
  /** The original bytes. */
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

export type DeadLetterSettings = KafkaSettings &
  Pick<Settings, 'KAFKA_CLIENT_ID' | 'KAFKA_TOPIC_DEAD_LETTERS'>;

/** All dead letters, oldest first. @throws AppError KAFKA_UNREACHABLE, KAFKA_TOPIC_MISSING */
export async function* readDeadLetters(
  settings: DeadLetterSettings,
  signal: AbortSignal,
): AsyncGenerator<DeadLetter> {
  const topic = settings.KAFKA_TOPIC_DEAD_LETTERS;
  const clientId = `${settings.KAFKA_CLIENT_ID}-dead-letters`;
  for await (const record of wholeTopic(settings, { topic, clientId }, signal)) yield toDeadLetter(record);
}

function toDeadLetter(record: LogRecord): DeadLetter {
  const header = (name: string) => {
    const value = record.headers?.[`dead-letter.${name}`];
    return (Array.isArray(value) ? value.at(-1) : value)?.toString() ?? '';
  };
  return {
    class: header('class') || 'unknown',
    detail: header('detail'),
    topic: header('topic'),
    partition: Number(header('partition')),
    offset: Number(header('offset')),
    at: record.timestamp,
    key: record.key,
    value: record.value,
  };
}
