import { expect, onTestFinished, test } from 'vitest';
import { bootstrappedTopics } from '../testing/pipeline.ts';
import { createKafka } from './client.ts';
import { createRecordSender } from './record-sender.ts';
import { wholeTopic } from './whole-topic.ts';

test('sends what is more than Kafka takes in one request in several, in order', async () => {
  const settings = await bootstrappedTopics();
  const topic = settings.KAFKA_TOPIC_CHAT_MESSAGES;
  const sender = createRecordSender(createKafka(settings, { clientId: 'test' }));
  onTestFinished(() => sender.disconnect());
  await sender.connect();
  // A thousand of the longest messages, all of one channel: what the spool holds after a flood.
  const values = Array.from({ length: 1000 }, (_, index) => `${index} ${'漢'.repeat(500)}`);
  await sender.send(values.map((value) => ({ topic, key: '42', value })));
  const log = wholeTopic(settings, { topic, clientId: 'test' }, AbortSignal.timeout(30_000));
  const found: (string | undefined)[] = [];
  for await (const { value } of log) found.push(value?.toString());
  expect(found).toEqual(values);
});
