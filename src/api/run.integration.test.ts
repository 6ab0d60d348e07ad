import { once } from 'node:events';
import { connect } from 'node:net';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Settings } from '../config/settings.ts';
import { channelListSchema, channelViewSchema, healthSchema, problemSchema } from '../contract/api.ts';
import { createKafka } from '../kafka/client.ts';
import { bootstrappedTopics } from '../testing/pipeline.ts';
import { startApi } from '../testing/running-api.ts';

const minute = 60_000;
const waiting = { timeout: 20_000, interval: 50 };

/** The start of one that has minutes left, whenever it is asked for: `current` goes by the clock. */
const runningWindow = () => Date.now() - 5 * minute;

async function connectedProducer(settings: Settings) {
  const producer = createKafka(settings, { clientId: 'test' }).producer();
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  return producer;
}

function statsRecord(id: string, name: string, count: number, start: number) {
  const value = {
    channel_id: id,
    channel_name: name,
    message_count: count,
    window_start: start,
    window_end: start + 10 * minute,
    window_duration_seconds: 600,
    unique_chatters: 311,
    top_emotes: [{ emote: 'Kappa', count: 40 }],
    top_chatters: [{ user_id: '1', username: 'viewer', count: 9 }],
    last_message_at: start + 1000,
    updated_at: start + 1200,
  };
  return { key: id, value: JSON.stringify(value) };
}

async function get(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
}

/** With both servers connected: without Cassandra, health is `degraded` and its status 200 as well. */
async function healthyApi(settings: Settings) {
  const api = await startApi(settings);
  const health = async () => (await get(`${api.url}/api/health`)).body;
  await vi.waitFor(async () => expect(await health()).toMatchObject({ status: 'healthy' }), waiting);
  return api;
}

test('GET /api/channels/:channelId/stats answers by id and by name, in the contract’s shape', async () => {
  const settings = await bootstrappedTopics();
  const producer = await connectedProducer(settings);
  const start = runningWindow();
  const topic = settings.KAFKA_TOPIC_STATS;
  await producer.send({
    topic,
    messages: [
      statsRecord('40934651', 'some_channel', 1000, start),
      statsRecord('40934651', 'some_channel', 1250, start),
      statsRecord('7', 'seven', 70, start - 30 * minute),
      { key: 'broken', value: '{"no":"stats"' },
    ],
  });
  const api = await healthyApi(settings);
  const { status, headers, body } = await get(`${api.url}/api/channels/some_channel/stats`);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect(body).toMatchObject({
    channel_id: '40934651',
    message_count: 1250,
    current_window: { start, end: start + 10 * minute, duration_seconds: 600 },
    last_updated: start + 1200,
  });
  expect(channelViewSchema.parse(body)).toMatchObject({ current: true, stale: false, source: 'cache' });
  expect((await get(`${api.url}/api/channels/40934651/stats`)).body).toMatchObject({ message_count: 1250 });
  expect((await get(`${api.url}/api/channels/7/stats`)).body).toMatchObject({ current: false });
  const list = channelListSchema.parse((await get(`${api.url}/api/channels`)).body);
  expect(list.channels.map(({ channel_id }) => channel_id)).toEqual(['40934651', '7']);
});

test('each of two instances has every channel: they share no consumer group', {
  timeout: 120_000,
}, async () => {
  const settings = await bootstrappedTopics();
  const producer = await connectedProducer(settings);
  const start = runningWindow();
  // Of all partitions.
  const ids = Array.from({ length: 24 }, (_, index) => String(1000 + index));
  const count = (messages: number) =>
    producer.send({
      topic: settings.KAFKA_TOPIC_STATS,
      messages: ids.map((id) => statsRecord(id, `channel_${id}`, messages, start)),
    });
  await count(1);
  const instances = [await healthyApi(settings), await healthyApi(settings)];
  await count(2);
  for (const { url } of instances) {
    await vi.waitFor(async () => {
      const { channels } = channelListSchema.parse((await get(`${url}/api/channels`)).body);
      expect(channels.filter(({ message_count }) => message_count === 2)).toHaveLength(ids.length);
    }, waiting);
  }
});

test('an unknown channel is 404 with a problem document, and so is an unknown path', async () => {
  const api = await healthyApi(await bootstrappedTopics());
  for (const [path, type] of [
    ['/api/channels/nobody/stats', 'urn:twitchstats:problem:channel-unknown'],
    ['/api/nothing', 'urn:twitchstats:problem:not-found'],
  ]) {
    const { status, headers, body } = await get(api.url + path, { 'x-request-id': 'my-request' });
    expect(status).toBe(404);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(headers.get('x-request-id')).toBe('my-request');
    expect(problemSchema.parse(body)).toMatchObject({
      type,
      status: 404,
      instance: path,
      request_id: 'my-request',
    });
  }
});

test('GET /api/health tells each service; browsers of the configured origin, and no others, may read', async () => {
  const settings = await bootstrappedTopics({ CORS_ORIGIN: 'http://localhost:5173,https://example.org' });
  const api = await healthyApi(settings);
  const { body, headers } = await get(`${api.url}/api/health`, { origin: 'https://example.org' });
  expect(healthSchema.parse(body)).toMatchObject({
    status: 'healthy',
    services: { kafka: 'connected', cache: 'ready', cassandra: 'connected' },
  });
  expect(headers.get('access-control-allow-origin')).toBe('https://example.org');
  const other = await get(`${api.url}/api/health`, { origin: 'https://evil.example' });
  expect(other.headers.get('access-control-allow-origin')).toBeNull();
});

/** An API whose Kafka and Cassandra are not there. */
async function startLonelyApi() {
  const settings = await bootstrappedTopics();
  return startApi({ ...settings, KAFKA_BROKERS: ['127.0.0.1:9'], CASSANDRA_HOSTS: ['127.0.0.1:9'] });
}

test('ends though somebody is connected who asks for nothing', async () => {
  const api = await startLonelyApi();
  const silent = connect(Number(new URL(api.url).port), '127.0.0.1');
  onTestFinished(() => void silent.destroy());
  await once(silent, 'connect');
  await api.stop();
});

test('starts without Kafka and Cassandra: 503 and words, no crash', async () => {
  const api = await startLonelyApi();
  const { status, body } = await get(`${api.url}/api/health`);
  expect(status).toBe(503);
  expect(healthSchema.parse(body)).toMatchObject({
    status: 'unhealthy',
    services: { kafka: 'disconnected', cache: 'loading', cassandra: 'disconnected' },
  });
  const stats = await fetch(`${api.url}/api/channels/some_channel/stats`);
  expect(stats.status).toBe(503);
  expect(stats.headers.get('retry-after')).toBe('5');
});

test('GET /api/stream tells stats as they change, and chat messages when asked', async () => {
  const settings = await bootstrappedTopics();
  const producer = await connectedProducer(settings);
  const start = runningWindow();
  const topic = settings.KAFKA_TOPIC_STATS;
  await producer.send({
    topic,
    messages: [statsRecord('1', 'one', 10, start), statsRecord('2', 'two', 20, start)],
  });
  const api = await healthyApi(settings);
  const { events, leave } = await readStream(
    `${api.url}/api/stream?channel=ONE&events=stats,health,message,gap`,
  );
  await vi.waitFor(() => expect(data(events, 'stats')).toMatchObject([{ message_count: 10 }]), waiting);
  expect(data(events, 'health')).toMatchObject([{ status: 'healthy' }]);

  await producer.send({
    topic,
    messages: [statsRecord('2', 'two', 21, start), statsRecord('1', 'one', 11, start)],
  });
  await vi.waitFor(() => expect(data(events, 'stats').at(-1)).toMatchObject({ message_count: 11 }), waiting);
  const gap = { type: 'gap', channel_name: 'one', from: start, to: start + 5, reason: 'test' };
  await producer.send({
    topic: settings.KAFKA_TOPIC_INGEST_EVENTS,
    messages: [{ key: 'one', value: JSON.stringify(gap) }],
  });
  await vi.waitFor(() => expect(data(events, 'gap')).toEqual([{ ...gap, channel_id: null }]), waiting);

  const message = {
    channel_id: '1',
    user_id: '9',
    username: 'v',
    message: '<b>hi</b> \u001b[31m',
    timestamp: start,
  };
  await vi.waitFor(async () => {
    await producer.send({
      topic: settings.KAFKA_TOPIC_CHAT_MESSAGES,
      messages: [{ key: '1', value: JSON.stringify(message) }],
    });
    expect(data(events, 'message').at(-1)).toMatchObject({ ...message, emotes: [] });
  }, waiting);
  expect(data(events, 'stats').every((stats) => JSON.stringify(stats).includes('"one"'))).toBe(true);
  leave();
});

async function readStream(url: string) {
  const controller = new AbortController();
  onTestFinished(() => controller.abort());
  const response = await fetch(url, { signal: controller.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => events.push(event) });
  const decoder = new TextDecoder();
  const read = async () => {
    for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
  };
  read().catch(() => undefined);
  return { events, leave: () => controller.abort() };
}

function data(events: readonly EventSourceMessage[], name: string): unknown[] {
  return events.filter(({ event }) => event === name).map((event) => JSON.parse(event.data));
}
