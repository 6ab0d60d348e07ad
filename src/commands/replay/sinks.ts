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
  /** Bytes that were taken so far … */
  readonly bytes: number;
  /** … and how many of the last of them may be lost with who reads them. */
  readonly heldBytes: number;
  close(): Promise<void>;
}

/** A pipe holds so much that nobody may have read yet (pipe(7)) … */
const PIPE_BYTES = 65_536;
/** … and the two ends of a socket at most so much, by Linux's defaults (`tcp_wmem` and `tcp_rmem`, tcp(7)). */
const SOCKET_BYTES = 10 * 1_048_576;

/** How many bytes that a stream took may be lost with who reads it: what lies beyond it, and what waits in itself. */
export function heldBytes({ fd, isTTY, writableHighWaterMark = 0 }: OutputStream): number {
  if (isTTY === true) return 0;
  const file = fd === undefined ? undefined : fstatSync(fd);
  if (file?.isFile() === true) return 0;
  return (file?.isSocket() === true ? SOCKET_BYTES : PIPE_BYTES) + writableHighWaterMark;
}

/**
 * Messages as lines. What counts as written is what the stream took.
 * @param held how many bytes of that may not have been read: see {@link heldBytes}
 */
export function lineSink(
  format: MessageFormatter,
  write: (text: string) => Promise<void>,
  held: number,
): ReplayTarget {
  let bytes = 0;
  return {
    what: 'lines written',
    heldBytes: held,
    get bytes() {
      return bytes;
    },
    async write(messages) {
      const text = messages.map((message) => `${format(message)}\n`).join('');
      await write(text);
      bytes += Buffer.byteLength(text);
      return messages.length;
    },
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
  return {
    what: `records acknowledged by ${topic}`,
    // What was acknowledged has arrived.
    bytes: 0,
    heldBytes: 0,
    async write(messages) {
      const records = messages.map((message) => ({
        topic,
        key: message.channel_id,
        value: JSON.stringify(message),
      }));
      await translated(sender.send(records));
      return messages.length;
    },
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
