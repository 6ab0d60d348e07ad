import type { Producer } from 'kafkajs';
import { withAdmin } from './admin.ts';
import { assertAllAnswered, partitionName } from './all-answered.ts';
import { createKafka, withKafkaErrors } from './client.ts';
import type { DeadLetterSettings } from './dead-letters.ts';
import type { LogRecord } from './log-connection.ts';
import { requestParts } from './request-parts.ts';
import { wholeTopic } from './whole-topic.ts';

/**
 * Takes the dead letters that `isMeant` names out of their topic. A log cannot lose a record from its middle, so the
 * others are written again at its end, headers and all, and everything before is deleted.
 * @returns how many were erased
 * @throws AppError KAFKA_UNREACHABLE, KAFKA_TOPIC_MISSING
 */
export async function eraseDeadLetters(
  settings: DeadLetterSettings,
  isMeant: (record: LogRecord) => boolean,
  signal: AbortSignal,
): Promise<number> {
  const topic = settings.KAFKA_TOPIC_DEAD_LETTERS;
  const clientId = `${settings.KAFKA_CLIENT_ID}-erase`;
  const kept: LogRecord[] = [];
  const ends = new Map<number, number>();
  let erased = 0;
  for await (const record of wholeTopic(settings, { topic, clientId }, signal)) {
    ends.set(record.partition, record.offset + 1);
    if (isMeant(record)) erased += 1;
    else kept.push(record);
  }
  if (erased === 0) return 0;
  const producer = createKafka(settings, { clientId }).producer({ idempotent: true, maxInFlightRequests: 1 });
  await withKafkaErrors(settings, async () => {
    try {
      await producer.connect();
      for (const part of requestParts(kept)) await writeAgain(producer, topic, part);
    } finally {
      await producer.disconnect();
    }
  });
  const partitions = [...ends].map(([partition, offset]) => ({ partition, offset: String(offset) }));
  await withAdmin(settings, async (admin) => {
    // kafkajs looks for the leaders before it has loaded the topic; this loads it.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions });
  });
  return erased;
}

async function writeAgain(producer: Producer, topic: string, records: readonly LogRecord[]): Promise<void> {
  const messages = records.map(({ partition, key, value, headers }) => ({
    partition,
    key,
    value,
    ...(headers === undefined ? {} : { headers }),
  }));
  const answers = await producer.send({ topic, acks: -1, messages });
  // The originals are deleted next.
  assertAllAnswered(new Set(records.map(({ partition }) => partitionName(topic, partition))), answers);
}
