import type { ICustomPartitioner, Kafka, Producer } from 'kafkajs';
import { cachedPartitioner } from './murmur2.ts';
import type { OutgoingRecord } from './spool.ts';

/** Sends batches, one at a time. Rejects when Kafka did not acknowledge; the caller keeps the batch. */
export interface RecordSender {
  connect(): Promise<void>;
  /** Resolves when all in-sync replicas have the records. Never call it again before it settles. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  disconnect(): Promise<void>;
}

/**
 * An idempotent producer that is thrown away after its first failure: its sequence numbers are then in doubt, and a
 * fresh producer id can at worst write a batch twice, never lose it. One send at a time and one request in flight, since
 * concurrent sends of an idempotent kafkajs producer lose messages (tulios/kafkajs#1005).
 */
export function createRecordSender(kafka: Kafka): RecordSender {
  let producer: Producer | undefined;

  const discard = async () => {
    const doomed = producer;
    producer = undefined;
    await doomed?.disconnect().catch(() => undefined);
  };

  return {
    async connect() {
      await discard();
      producer = kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        createPartitioner: javaPartitioner,
      });
      try {
        await producer.connect();
      } catch (error) {
        await discard();
        throw error;
      }
    },
    async send(records) {
      if (producer === undefined) throw new Error('not connected to Kafka');
      try {
        await producer.sendBatch({ acks: -1, topicMessages: byTopic(records) });
      } catch (error) {
        await discard();
        throw error;
      }
    },
    disconnect: discard,
  };
}

const javaPartitioner: ICustomPartitioner = () => {
  const partitionOfKey = cachedPartitioner();
  return ({ message, partitionMetadata }) => partitionOfKey(String(message.key), partitionMetadata.length);
};

function byTopic(records: readonly OutgoingRecord[]) {
  const topics = new Map<string, { key: string; value: string }[]>();
  for (const { topic, key, value } of records) {
    const messages = topics.get(topic);
    if (messages === undefined) topics.set(topic, [{ key, value }]);
    else messages.push({ key, value });
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
