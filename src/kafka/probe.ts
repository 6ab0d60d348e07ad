import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { withTimeout } from '../contract/abort.ts';
import { createTopic } from './admin.ts';
import { createKafka, type KafkaSettings, withKafkaErrors } from './client.ts';

/** Where a probe writes; kept for an hour. */
const topic = 'twitchstats-readiness';
/** How long to wait for connections to close. */
const GOODBYE_MS = 3000;

/**
 * Shows that Kafka works, not only that a port is open: produces one record and consumes it through a group.
 * @param timeoutMs how long to wait for the record. Default 10 000.
 * @throws AppError KAFKA_UNREACHABLE
 */
export function probeKafka(settings: KafkaSettings, signal: AbortSignal, timeoutMs = 10_000): Promise<void> {
  const kafka = createKafka(settings, {
    clientId: 'twitchstats-readiness',
    connectTimeoutMs: 1000,
    retry: { retries: 8, initialRetryTime: 50, maxRetryTime: 500 },
  });
  return withKafkaErrors(settings, async () => {
    const admin = kafka.admin();
    try {
      await admin.connect();
      const inTime = withTimeout(signal, timeoutMs);
      await ensureTopic(admin, inTime);
      await roundTrip(kafka, inTime);
    } finally {
      await admin.disconnect();
    }
  });
}

async function ensureTopic(admin: Admin, signal: AbortSignal): Promise<void> {
  if ((await admin.listTopics()).includes(topic)) return;
  const config = { 'retention.ms': String(3_600_000) };
  await createTopic(admin, { name: topic, partitions: 1, config }, { signal });
}

async function roundTrip(kafka: Kafka, signal: AbortSignal): Promise<void> {
  const token = randomUUID();
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  // A group of its own: in a shared one only one of several that ask at once is given the partition. It commits nothing, so
  // that the broker forgets it.
  const groupId = `${topic}-${token}`;
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 100 });
  try {
    await producer.connect();
    const [sent] = await producer.send({ topic, acks: -1, messages: [{ key: token, value: token }] });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      consumer
        .run({
          autoCommit: false,
          eachMessage: async ({ message }) => {
            if (message.key?.toString() === token) resolve();
          },
        })
        .catch(reject);
      consumer.seek({ topic, partition: 0, offset: sent?.baseOffset ?? '0' });
    });
  } finally {
    // A consumer that is still joining does not let go while its coordinator is away.
    const left = Promise.allSettled([producer.disconnect(), consumer.disconnect()]);
    await Promise.race([left, sleep(GOODBYE_MS, undefined, { ref: false })]);
  }
}
