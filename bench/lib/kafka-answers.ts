import { randomUUID } from 'node:crypto';
import type { Settings } from '../../src/config/settings.ts';
import { createTopic } from '../../src/kafka/admin.ts';
import { createKafka } from '../../src/kafka/client.ts';
import { openLog } from '../../src/kafka/log-connection.ts';

const topic = 'answers';
/** Asked again soon: what a peer waits between two tries counts as its time. */
const soon = { connectTimeoutMs: 1000, retry: { retries: 8, initialRetryTime: 50, maxRetryTime: 500 } };
const MAX_WAIT_MS = 1000;

/**
 * Resolves when Kafka took a record and gave it back, fetched from its partition. Through a group, as the product asks, a
 * stock broker would answer 3 s later: it lets the first member wait for others (`group.initial.rebalance.delay.ms`).
 * @throws Error when it does not
 */
export async function kafkaAnswers(settings: Settings, signal: AbortSignal): Promise<void> {
  const clientId = 'bench-answers';
  const kafka = createKafka(settings, { clientId, ...soon });
  const [admin, producer] = [kafka.admin(), kafka.producer({ allowAutoTopicCreation: false })];
  try {
    await admin.connect();
    await createTopic(admin, { name: topic, partitions: 1, config: {} });
    await producer.connect();
    const token = randomUUID();
    const [sent] = await producer.send({ topic, acks: -1, messages: [{ value: token }] });
    const log = await openLog(settings, { topic, clientId }, signal);
    try {
      const found = await log.fetch(new Map([[0, Number(sent?.baseOffset)]]), MAX_WAIT_MS);
      const values = found.flatMap(({ records }) => records.map(({ value }) => String(value)));
      if (!values.includes(token)) throw new Error('Kafka took a record and did not give it back');
    } finally {
      await log.close();
    }
  } finally {
    await Promise.allSettled([admin.disconnect(), producer.disconnect()]);
  }
}
