import { isUtf8 } from 'node:buffer';
import type { Settings } from '../config/settings.ts';
import { createKafka, type KafkaSettings, withKafkaErrors } from './client.ts';
import type { DeadLetter } from './dead-letters.ts';
import { createRecordSender } from './record-sender.ts';
import type { OutgoingRecord } from './spool.ts';

/**
 * Writes dead letters to the chat topic again, as they were. Those without a key, a value, or text in UTF-8 would only
 * come back.
 * @throws AppError KAFKA_UNREACHABLE, KAFKA_TOPIC_MISSING
 */
export async function redrive(
  settings: KafkaSettings & Pick<Settings, 'KAFKA_CLIENT_ID' | 'KAFKA_TOPIC_CHAT_MESSAGES'>,
  letters: readonly DeadLetter[],
): Promise<{ readonly written: number; readonly skipped: number }> {
  const topic = settings.KAFKA_TOPIC_CHAT_MESSAGES;
  const records = letters.flatMap(({ key, value }): OutgoingRecord[] =>
    key === null || value === null || !isUtf8(key) || !isUtf8(value)
      ? []
      : [{ topic, key: key.toString(), value: value.toString() }],
  );
  const sender = createRecordSender(
    createKafka(settings, { clientId: `${settings.KAFKA_CLIENT_ID}-redrive` }),
  );
  await withKafkaErrors(settings, async () => {
    await sender.connect();
    try {
      await sender.send(records);
    } finally {
      await sender.disconnect();
    }
  });
  return { written: records.length, skipped: letters.length - records.length };
}
