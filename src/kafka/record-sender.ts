import type { ICustomPartitioner, Producer, ProducerConfig } from 'kafkajs';
import { assertAllAnswered, partitionName } from './all-answered.ts';
import { cachedPartitioner } from './murmur2.ts';
import { encodeProduceRequests } from './produce-request.ts';
import { requestParts } from './request-parts.ts';
import type { OutgoingRecord } from './spool.ts';

/** Sends batches, one at a time. Rejects when Kafka did not acknowledge all of a batch; the caller keeps all of it. */
export interface RecordSender {
  connect(): Promise<void>;
  /**
   * Resolves when all in-sync replicas have the records: in one request, or in several, one after the other, where one
   * would be more than Kafka takes. Never call it again before it settles.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  disconnect(): Promise<void>;
}

/** As much of kafkajs as is needed. */
export interface ProducerSource {
  producer(config: ProducerConfig): SendingProducer;
}

type SendingProducer = Pick<Producer, 'connect' | 'sendBatch' | 'disconnect'>;

/**
 * An idempotent producer that is thrown away after its first failure: its sequence numbers are then in doubt, and a
 * fresh producer id can at worst write a batch twice, never lose it. One send at a time and one request in flight, since
 * concurrent sends of an idempotent kafkajs producer lose messages (tulios/kafkajs#1005).
 * A send counts only when every partition was answered for ({@link assertAllAnswered}).
 */
export function createRecordSender(kafka: ProducerSource): RecordSender {
  encodeProduceRequests();
  let producer: SendingProducer | undefined;
  const chosen = new Set<string>();

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
        createPartitioner: javaPartitioner(chosen),
      });
      try {
        await producer.connect();
      } catch (error) {
        await discard();
        throw error;
      }
    },
    async send(records) {
      const connected = producer;
      if (connected === undefined) throw new Error('not connected to Kafka');
      try {
        for (const part of requestParts(records)) {
          chosen.clear();
          const answers = await connected.sendBatch({ acks: -1, topicMessages: byTopic(part) });
          assertAllAnswered(chosen, answers);
        }
      } catch (error) {
        if (producer === connected) producer = undefined;
        throw error;
      } finally {
        // kafkajs connects again for a request that timed out, also when this producer was discarded meanwhile.
        if (producer !== connected) await connected.disconnect().catch(() => undefined);
      }
    },
    disconnect: discard,
  };
}

/** Places records as Java does, and notes in `chosen` which partitions got any. */
function javaPartitioner(chosen: Set<string>): ICustomPartitioner {
  return () => {
    const partitionOfKey = cachedPartitioner();
    return ({ topic, message, partitionMetadata }) => {
      const partition = partitionOfKey(String(message.key), partitionMetadata.length);
      chosen.add(partitionName(topic, partition));
      return partition;
    };
  };
}

function byTopic(records: readonly OutgoingRecord[]) {
  const topics = new Map<string, { key: string; value: string }[]>();
  for (const { topic, key, value } of records) {
    const messages = topics.get(topic);
    if (messages === undefined) topics.set(topic, [{ key, value }]);
    else messages.push({ key, value });
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
