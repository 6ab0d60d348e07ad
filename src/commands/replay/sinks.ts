import { fstatSync } from 'node:fs';
import type { ReplaySink } from '../../archive/replay.ts';
import type { OutputStream } from '../../cli/io.ts';
import type { Settings } from '../../config/settings.ts';
import { AppError } from '../../contract/errors.ts';
import { createKafka, type KafkaSettings, toKafkaError } from '../../kafka/client.ts';
import { createRecordSender } from '../../kafka/record-sender.ts';
import type { MessageFormatter } from '../../output/message-format.ts';

export interface ReplayTarget extends ReplaySink {
  /** What it writes, in the plural, for the summary. */
  readonly what: string;
  /** How many of the messages that were taken are certain to have arrived, whatever becomes of who reads them. */
  certain(): number;
  close(): Promise<void>;
}

/** A pipe holds so much that nobody may have read yet (pipe(7)). */
const PIPE_BYTES = 65_536;

/** How many bytes that a stream took may be lost with who reads it. */
export function heldBytes({ fd, isTTY }: OutputStream): number {
  return isTTY === true || (fd !== undefined && fstatSync(fd).isFile()) ? 0 : PIPE_BYTES;
}

/**
 * Messages as lines. What counts as written is what the stream took.
 * @param held how many bytes of that may not have been read
 */
export function lineSink(
  format: MessageFormatter,
  write: (text: string) => Promise<void>,
  held: number,
): ReplayTarget {
  let taken = 0;
  let bytes = 0;
  /** How many messages were taken when so many bytes had been; the first one is certain, the others are not. */
  const marks = [{ taken, bytes }];
  return {
    what: 'lines written',
    async write(messages) {
      const text = messages.map((message) => `${format(message)}\n`).join('');
      await write(text);
      taken += messages.length;
      bytes += Buffer.byteLength(text);
      marks.push({ taken, bytes });
      while ((marks[1]?.bytes ?? Number.POSITIVE_INFINITY) <= bytes - held) marks.shift();
      return messages.length;
    },
    certain: () => marks[0]?.taken ?? 0,
    close: async () => undefined,
  };
}

/**
 * Messages as records of a topic, as the ingestor writes them: keyed by channel, in order. What counts as written is
 * what all in-sync replicas acknowledged.
 * @throws AppError KAFKA_UNREACHABLE, KAFKA_TOPIC_MISSING
 */
export async function topicSink(
  settings: KafkaSettings & Pick<Settings, 'KAFKA_CLIENT_ID'>,
  topic: string,
): Promise<ReplayTarget> {
  const kafka = createKafka(settings, { clientId: `${settings.KAFKA_CLIENT_ID}-replay` });
  const sender = createRecordSender(kafka);
  const translated = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw withHint(toKafkaError(error, settings), topic);
    }
  };
  await translated(sender.connect());
  let acknowledged = 0;
  return {
    what: `records acknowledged by ${topic}`,
    async write(messages) {
      const records = messages.map((message) => ({
        topic,
        key: message.channel_id,
        value: JSON.stringify(message),
      }));
      await translated(sender.send(records));
      acknowledged += messages.length;
      return messages.length;
    },
    certain: () => acknowledged,
    close: () => sender.disconnect(),
  };
}

function withHint(error: AppError, topic: string): AppError {
  if (error.code !== 'KAFKA_TOPIC_MISSING') return error;
  return new AppError('KAFKA_TOPIC_MISSING', `There is no topic ${topic}`, {
    hint: `Create it with \`KAFKA_TOPIC_CHAT_MESSAGES=${topic} twitchstats bootstrap\`.`,
    cause: error,
  });
}
