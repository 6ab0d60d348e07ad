import type { RecordMetadata } from 'kafkajs';
import { expect, it } from 'vitest';
import { partitionOf } from './murmur2.ts';
import { createRecordSender, type ProducerSource } from './record-sender.ts';

const PARTITIONS = 3;
const partitionMetadata = Array.from({ length: PARTITIONS }, (_, partitionId) => ({
  partitionId,
  partitionErrorCode: 0,
  leader: 1,
  replicas: [],
  isr: [],
  offlineReplicas: [],
}));

/** A producer that answers for all partitions but the forgotten ones, as kafkajs does when their leader moved. */
function kafkaThatForgets(forgotten: readonly number[]): ProducerSource & { producers: number } {
  return {
    producers: 0,
    producer({ createPartitioner }) {
      this.producers += 1;
      const choose = createPartitioner?.();
      return {
        connect: async () => undefined,
        disconnect: async () => undefined,
        sendBatch: async ({ topicMessages = [] }) =>
          topicMessages.flatMap(({ topic, messages }): RecordMetadata[] => {
            const used = new Set(
              messages.map((message) => choose?.({ topic, message, partitionMetadata }) ?? 0),
            );
            return [...used]
              .filter((partition) => !forgotten.includes(partition))
              .map((partition) => ({ topicName: topic, partition, errorCode: 0 }));
          }),
      };
    },
  };
}

const records = ['1', '2', '3', '4', '5', '6', '7'].map((key) => ({ topic: 'messages', key, value: key }));

it('takes a send for done when every partition was answered for', async () => {
  const sender = createRecordSender(kafkaThatForgets([]));
  await sender.connect();
  await expect(sender.send(records)).resolves.toBeUndefined();
});

it('does not lose what kafkajs sends nowhere when a leader moves', async () => {
  const [first] = records;
  const moved = partitionOf(first?.key ?? '', PARTITIONS);
  const kafka = kafkaThatForgets([moved]);
  const sender = createRecordSender(kafka);
  await sender.connect();
  await expect(sender.send(records)).rejects.toThrow(`no broker answered for messages-${moved}`);
  // What was left alone in that send must not be asked for in the next.
  const others = records.filter(({ key }) => partitionOf(key, PARTITIONS) !== moved);
  await sender.connect();
  expect(kafka.producers).toBe(2);
  await expect(sender.send(others)).resolves.toBeUndefined();
});
