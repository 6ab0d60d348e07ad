import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Settings } from '../config/settings.ts';
import { bootstrappedTopics } from '../testing/pipeline.ts';
import { withAdmin } from './admin.ts';
import { createKafka } from './client.ts';
import type { TopicRecord, TopicStart } from './reader-session.ts';
import { readTopics } from './topic-reader.ts';

async function connectedProducer(settings: Settings, transactionalId?: string) {
  const producer = createKafka(settings, { clientId: 'test' }).producer(
    transactionalId === undefined ? {} : { transactionalId, idempotent: true, maxInFlightRequests: 1 },
  );
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  return producer;
}

function startReader(settings: Settings, start: TopicStart) {
  const stop = new AbortController();
  const records: TopicRecord[] = [];
  const groupId = `reader-${randomUUID()}`;
  const reader = readTopics(settings, {
    clientId: 'test-reader',
    groupId,
    topics: [start],
    onRecords: (batch) => {
      records.push(...batch);
    },
    signal: stop.signal,
  });
  const end = async () => {
    stop.abort();
    await reader.done;
  };
  onTestFinished(end);
  const values = () => records.map(({ value }) => value?.toString()).sort();
  return { reader, values, groupId, end };
}

test('reads all partitions from the beginning, committed records only', async () => {
  const settings = await bootstrappedTopics();
  const topic = settings.KAFKA_TOPIC_STATS;
  const producer = await connectedProducer(settings, `t-${randomUUID()}`);
  const write = async (names: string[], commit: boolean) => {
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: names.map((name) => ({ key: name, value: name })) });
    await (commit ? transaction.commit() : transaction.abort());
  };
  const names = (prefix: string) => Array.from({ length: 20 }, (_, index) => `${prefix}${index}`);
  await write(names('a'), true);
  await write(names('aborted'), false);
  const { reader, values } = startReader(settings, { topic, from: 'beginning' });
  await vi.waitFor(() => expect(reader.state().caughtUp).toBe(true), { timeout: 20_000 });
  expect(values()).toEqual(names('a').sort());
  await write(names('b'), true);
  await vi.waitFor(() => expect(values()).toEqual([...names('a'), ...names('b')].sort()), {
    timeout: 20_000,
  });
  await vi.waitFor(() => expect(reader.state().lag).toBe(0), { timeout: 20_000 });
});

test('starts at the end, or at a time, exactly', async () => {
  const settings = await bootstrappedTopics();
  const topic = settings.KAFKA_TOPIC_CHAT_MESSAGES;
  const producer = await connectedProducer(settings);
  const write = (value: string) => producer.send({ topic, messages: [{ key: value, value }] });
  await write('old');
  await new Promise((resolve) => setTimeout(resolve, 20));
  const time = Date.now();
  await write('since');
  const fromEnd = startReader(settings, { topic, from: 'end' });
  const fromTime = startReader(settings, { topic, from: time });
  await vi.waitFor(() => expect(fromEnd.reader.state().caughtUp).toBe(true), { timeout: 20_000 });
  await write('new');
  await vi.waitFor(() => expect(fromEnd.values()).toEqual(['new']), { timeout: 20_000 });
  await vi.waitFor(() => expect(fromTime.values()).toEqual(['new', 'since']), { timeout: 20_000 });
});

test('leaves no offsets behind, so that the broker forgets its group', async () => {
  const settings = await bootstrappedTopics();
  const topic = settings.KAFKA_TOPIC_STATS;
  const { reader, groupId, end } = startReader(settings, { topic, from: 'beginning' });
  await vi.waitFor(() => expect(reader.state().caughtUp).toBe(true), { timeout: 20_000 });
  await end();
  const offsets = await withAdmin(settings, (admin) => admin.fetchOffsets({ groupId, topics: [topic] }));
  expect(offsets[0]?.partitions.map(({ offset }) => offset)).toEqual(['-1', '-1', '-1']);
});
