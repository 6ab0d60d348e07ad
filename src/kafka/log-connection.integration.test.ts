import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Settings } from '../config/settings.ts';
import { produceRecords } from '../testing/chat.ts';
import { testSettings } from '../testing/pipeline.ts';
import { createTopic, withAdmin } from './admin.ts';
import { createKafka } from './client.ts';
import { type LogConnection, type LogRecord, openLog, type Positions } from './log-connection.ts';
import { followLog, readLog } from './log-reader.ts';

const never = new AbortController().signal;

async function topicWith(
  config: Record<string, string> = {},
): Promise<{ settings: Settings; topic: string }> {
  const settings = testSettings();
  const topic = settings.KAFKA_TOPIC_CHAT_MESSAGES;
  const definition = {
    name: topic,
    partitions: 3,
    config: { 'message.timestamp.type': 'LogAppendTime', ...config },
  };
  await withAdmin(settings, (admin) => createTopic(admin, definition));
  onTestFinished(() => withAdmin(settings, (admin) => admin.deleteTopics({ topics: [topic] })));
  return { settings, topic };
}

async function open(settings: Settings, topic: string, committedOnly = false): Promise<LogConnection> {
  const log = await openLog(settings, { topic, clientId: 'test', committedOnly }, never);
  onTestFinished(() => log.close());
  return log;
}

async function valuesOf(log: LogConnection, from: Positions, to: Positions): Promise<string[]> {
  const records: LogRecord[] = [];
  for await (const piece of readLog(log, { from, to })) records.push(...piece);
  return records.map(({ value }) => String(value));
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({
    key: `key ${index % 7}`,
    value: `value ${from + index}`,
  }));

describe('a topic read by offset', () => {
  it('says so when its records are compressed in a way that this client does not read', async () => {
    const { settings, topic } = await topicWith({ 'compression.type': 'lz4' });
    await produceRecords(settings, topic, numbered(0, 50));
    const log = await open(settings, topic);
    await expect(
      valuesOf(log, await log.offsets('beginning'), await log.offsets('end')),
    ).rejects.toMatchObject({ code: 'KAFKA_COMPRESSION', detail: expect.stringContaining('LZ4') });
  });

  it('gives all partitions in the order of arrival, from a time on, up to the end seen', async () => {
    const { settings, topic } = await topicWith();
    await produceRecords(settings, topic, numbered(0, 50));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const between = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await produceRecords(settings, topic, numbered(50, 100));
    const log = await open(settings, topic);
    const end = await log.offsets('end');
    const from = await log.offsets(between);
    await produceRecords(settings, topic, numbered(100, 120));
    expect((await valuesOf(log, from, end)).sort()).toEqual(
      numbered(50, 100)
        .map(({ value }) => value)
        .sort(),
    );
    expect(await log.offsets(Date.now() + 60_000)).toEqual(await log.offsets('end'));
  });

  it('leaves no socket open, which would keep the process alive', async () => {
    const { settings, topic } = await topicWith();
    await produceRecords(settings, topic, numbered(0, 100));
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = sockets();
    const log = await openLog(settings, { topic, clientId: 'test' }, never);
    const span = { from: await log.offsets('beginning'), to: await log.offsets('end') };
    await valuesOf(log, span.from, span.to);
    await log.close();
    // Whoever leaves early leaves fetches behind that have not begun.
    const left = await openLog(settings, { topic, clientId: 'test' }, never);
    const pieces = readLog(left, span);
    await pieces.next();
    const late = [left.fetch(span.from, 100), left.fetch(span.from, 100)];
    await left.close();
    await Promise.all([...late, left.fetch(span.from, 100)]);
    await pieces.return(undefined);
    await vi.waitFor(() => expect(sockets()).toBeLessThanOrEqual(before), { timeout: 10_000 });
  });

  it('is followed without a consumer group', async () => {
    const { settings, topic } = await topicWith();
    const log = await open(settings, topic);
    const end = await log.offsets('end');
    const stop = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const piece of followLog(log, end, stop.signal)) {
        seen.push(...piece.map(({ value }) => String(value)));
        if (seen.length === 30) stop.abort();
      }
    })();
    await produceRecords(settings, topic, numbered(0, 10));
    await produceRecords(settings, topic, numbered(10, 30));
    await following;
    expect(new Set(seen).size).toBe(30);
    const { groups } = await withAdmin(settings, (admin) => admin.listGroups());
    expect(groups.filter(({ groupId }) => groupId.includes('test') || groupId.includes('tail'))).toEqual([]);
  });

  it('leaves out what was never committed, when asked to', async () => {
    const { settings, topic } = await topicWith();
    const producer = createKafka(settings, { clientId: 'test' }).producer({
      transactionalId: topic,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    await producer.connect();
    for (const outcome of ['commit', 'abort', 'commit'] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ key: 'k', value: outcome }] });
      await transaction[outcome]();
    }
    await producer.disconnect();
    const [all, committed] = [await open(settings, topic), await open(settings, topic, true)];
    const read = async (log: LogConnection) =>
      valuesOf(log, await log.offsets('beginning'), await log.offsets('end'));
    expect(await read(committed)).toEqual(['commit', 'commit']);
    expect(await read(all)).toContain('commit');
  });

  it('goes on at the oldest record when retention has passed its place', async () => {
    const { settings, topic } = await topicWith();
    await produceRecords(settings, topic, numbered(0, 30));
    const log = await open(settings, topic);
    const [from, end] = [await log.offsets('beginning'), await log.offsets('end')];
    await withAdmin(settings, async (admin) => {
      // kafkajs deletes only from topics that it has looked at.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({
        topic,
        partitions: [...end].map(([partition, offset]) => ({
          partition,
          offset: String(Math.floor(offset / 2)),
        })),
      });
    });
    const kept = [...end.values()].reduce((sum, offset) => sum + offset - Math.floor(offset / 2), 0);
    expect(await valuesOf(log, from, end)).toHaveLength(kept);
  });

  it('says which topic is missing, and when nobody answers', async () => {
    const settings = testSettings();
    await expect(openLog(settings, { topic: 'nowhere', clientId: 'test' }, never)).rejects.toMatchObject({
      code: 'KAFKA_TOPIC_MISSING',
    });
    const away = { ...settings, KAFKA_BROKERS: ['127.0.0.1:1'] };
    await expect(openLog(away, { topic: 'nowhere', clientId: 'test' }, never)).rejects.toMatchObject({
      code: 'KAFKA_UNREACHABLE',
    });
  });
});
