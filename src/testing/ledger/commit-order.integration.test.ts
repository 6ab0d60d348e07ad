import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connectCassandra } from '../../cassandra/client.ts';
import type { Settings } from '../../config/settings.ts';
import { withAdmin } from '../../kafka/admin.ts';
import { createKafka } from '../../kafka/client.ts';
import { freePorts } from '../../stack/ports.ts';
import { bootstrappedSettings } from '../pipeline.ts';
import { startProcessor } from '../processor.ts';
import { readTopic } from './readers.ts';
import { startTcpProxy } from './tcp-proxy.ts';

const waiting = { timeout: 60_000, interval: 100 };

async function sender(settings: Settings) {
  const producer = createKafka(settings, { clientId: 'test' }).producer();
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  return (values: readonly string[]) =>
    producer.send({
      topic: settings.KAFKA_TOPIC_CHAT_MESSAGES,
      messages: values.map((value) => ({ key: '1', value })),
    });
}

test('commits nothing that Cassandra has not taken: a killed archiver loses no row', {
  timeout: 300_000,
}, async () => {
  const settings = await bootstrappedSettings({ LOG_LEVEL: 'error' });
  const [port = 0] = await freePorts(1);
  const cassandra = await startTcpProxy(port, Number(settings.CASSANDRA_HOSTS[0]?.split(':').at(-1)));
  onTestFinished(() => cassandra.close());
  const throughProxy = { ...settings, CASSANDRA_HOSTS: [`127.0.0.1:${port}`] };
  const send = await sender(settings);
  const messages = (from: number) =>
    Array.from({ length: 500 }, (_, index) =>
      JSON.stringify({
        channel_id: '1',
        channel_name: 'one',
        user_id: '2',
        username: 'two',
        emotes: [],
        message: `#${from + index}`,
        timestamp: 1_784_030_400_000 + from + index,
      }),
    );
  const committed = () =>
    withAdmin(settings, async (admin) => {
      const [offsets] = await admin.fetchOffsets({
        groupId: `${settings.KAFKA_APPLICATION_ID}-archiver`,
        topics: [settings.KAFKA_TOPIC_CHAT_MESSAGES],
      });
      return (offsets?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
    });

  await send(messages(0));
  const first = await startProcessor(throughProxy, { role: 'archive' });
  onTestFinished(() => first.kill());
  await vi.waitFor(async () => expect(await committed()).toBe(500), waiting);

  cassandra.stall();
  await send(messages(500));
  await vi.waitFor(async () => expect(await first.metric('archive_in_flight')).toBeGreaterThan(0), waiting);
  // Many times its commit interval: it has every occasion to do wrong.
  for (let look = 0; look < 15; look += 1) {
    expect(await committed()).toBe(500);
    await sleep(100);
  }
  await first.kill();

  cassandra.mend();
  const second = await startProcessor(throughProxy, { role: 'archive' });
  onTestFinished(() => second.stop());
  await vi.waitFor(async () => expect(await committed()).toBe(1000), waiting);
  const session = await connectCassandra(settings);
  onTestFinished(() => session.close());
  const table = `${settings.CASSANDRA_KEYSPACE}.${settings.CASSANDRA_TABLE}`;
  const { rows } = await session.query(`SELECT message FROM ${table} WHERE channel_id = ?`, ['1'], {
    pageSize: 5000,
  });
  expect(new Set(rows.map(({ message }) => message)).size).toBe(1000);
  expect(rows).toHaveLength(1000);
});

test('tells each dead letter once, though the count is killed before it has committed', {
  timeout: 300_000,
}, async () => {
  const settings = await bootstrappedSettings({ LOG_LEVEL: 'error' });
  const topic = settings.KAFKA_TOPIC_DEAD_LETTERS;
  const send = await sender(settings);
  const written = () =>
    withAdmin(settings, async (admin) =>
      (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0),
    );
  const told = async () => (await readTopic(settings, topic)).map(({ value }) => String(value));
  // It is written, and its transaction stays open: as long as Kafka Streams allows, which is below 10 s.
  const first = await startProcessor(settings, { role: 'count', env: { COMMIT_INTERVAL_MS: '9000' } });
  onTestFinished(() => first.kill());
  await send(['{first']);
  await vi.waitFor(async () => expect(await written()).toBeGreaterThan(0), waiting);
  await first.kill();

  const second = await startProcessor(settings, { role: 'count' });
  onTestFinished(() => second.stop());
  await send(['{second']);
  await vi.waitFor(async () => expect(await told()).toContain('{second'), waiting);
  expect(await told()).toEqual(['{first', '{second']);
});
