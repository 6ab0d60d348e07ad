import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bootstrap } from '../bootstrap/bootstrap.ts';
import { connectCassandra } from '../cassandra/client.ts';
import { type Settings, settingsSchema } from '../config/settings.ts';
import { createKafka } from '../kafka/client.ts';
import { freePorts } from '../stack/ports.ts';
import type { ServiceProcess } from '../stack/process.ts';
import type { ProcessService } from '../stack/service.ts';
import { startService } from '../stack/start-service.ts';
import { embeddedServices, testClassPaths } from '../testing/embedded.ts';
import { type RunningApi, startApi } from '../testing/running-api.ts';

const waiting = { timeout: 60_000, interval: 250 };

/** A server of this test's own, which it can take away and bring back. */
class OwnServer {
  readonly #service: ProcessService;
  readonly #logFile: string;
  #process: ServiceProcess | undefined;

  constructor(service: ProcessService, directory: string) {
    this.#service = service;
    this.#logFile = join(directory, `${service.name}.log`);
  }
  async start() {
    const signal = AbortSignal.timeout(120_000);
    const { process } = await startService(this.#service, { logFile: this.#logFile, signal });
    this.#process = process;
  }
  /** `kill -9`, by default: what is away seldom says goodbye. */
  async stop(kill: AbortSignal | undefined = AbortSignal.abort()) {
    await this.#process?.terminate(kill);
    this.#process = undefined;
  }
}

async function ownServers() {
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-api-faults-'));
  const ports = await freePorts(5);
  const services = embeddedServices(directory, ports, await testClassPaths());
  const kafka = new OwnServer(services.kafka, directory);
  const cassandra = new OwnServer(services.cassandra, directory);
  onTestFinished(async () => {
    await Promise.all([kafka.stop(), cassandra.stop()]);
    await rm(directory, { recursive: true, force: true });
  });
  await Promise.all([kafka.start(), cassandra.start()]);
  const settings = settingsSchema.parse({
    KAFKA_BROKERS: `127.0.0.1:${ports[0]}`,
    CASSANDRA_HOSTS: `127.0.0.1:${ports[2]}`,
    LOG_LEVEL: 'silent',
  });
  await bootstrap(settings);
  return { kafka, cassandra, settings };
}

async function publish(settings: Settings, id: string, count: number) {
  const producer = createKafka(settings, { clientId: 'test' }).producer();
  await producer.connect();
  const start = Math.floor(Date.now() / 600_000) * 600_000;
  const value = {
    channel_id: id,
    channel_name: `name${id}`,
    message_count: count,
    window_start: start,
    window_end: start + 600_000,
    window_duration_seconds: 600,
    updated_at: Date.now(),
  };
  await producer.send({
    topic: settings.KAFKA_TOPIC_STATS,
    messages: [{ key: id, value: JSON.stringify(value) }],
  });
  await producer.disconnect();
}

async function archive(settings: Settings, id: string) {
  const session = await connectCassandra(settings);
  const table = `${settings.CASSANDRA_KEYSPACE}.channel_window_stats`;
  await session.query(
    `INSERT INTO ${table} (channel_id, window_start, window_end, window_duration_seconds, channel_name, message_count, updated_at) VALUES (?, 0, 600000, 600, ?, 77, 5)`,
    [id, `name${id}`],
  );
  await session.close();
}

async function get({ url }: RunningApi, path: string) {
  const response = await fetch(url + path);
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: await response.json(),
  };
}

function untilHealth(api: RunningApi, status: number, services: object) {
  return vi.waitFor(async () => {
    const health = await get(api, '/api/health');
    expect(health).toMatchObject({ status, body: { services } });
  }, waiting);
}

test('Kafka away, Cassandra away, both, and back again: known stats are served, marked stale; a cold start tells the truth', {
  timeout: 300_000,
}, async () => {
  const { kafka, cassandra, settings } = await ownServers();
  await publish(settings, '1', 10);
  await archive(settings, '2');
  const api = await startApi(settings);
  await untilHealth(api, 200, { kafka: 'connected', cache: 'ready', cassandra: 'connected' });
  expect(await get(api, '/api/channels/1/stats')).toMatchObject({ status: 200, body: { stale: false } });
  expect(await get(api, '/api/channels/2/stats')).toMatchObject({
    status: 200,
    body: { message_count: 77, source: 'cassandra' },
  });

  await kafka.stop();
  await untilHealth(api, 503, { kafka: 'disconnected', cache: 'stale', cassandra: 'connected' });
  expect(await get(api, '/api/channels/name1/stats')).toMatchObject({
    status: 200,
    body: { message_count: 10, stale: true, source: 'cache' },
  });

  const coldWithoutKafka = await startApi(settings);
  await untilHealth(coldWithoutKafka, 503, {
    kafka: 'disconnected',
    cache: 'loading',
    cassandra: 'connected',
  });
  expect(await get(coldWithoutKafka, '/api/channels/2/stats')).toMatchObject({
    status: 200,
    body: { message_count: 77, stale: true, source: 'cassandra' },
  });
  expect(await get(coldWithoutKafka, '/api/channels/1/stats')).toMatchObject({ status: 404 });

  await cassandra.stop();
  await untilHealth(api, 503, { kafka: 'disconnected', cassandra: 'disconnected' });
  expect(await get(api, '/api/channels/1/stats')).toMatchObject({ status: 200, body: { stale: true } });
  expect(await get(api, '/api/channels/1/messages')).toMatchObject({ status: 503, retryAfter: '5' });
  await untilHealth(coldWithoutKafka, 503, { cassandra: 'disconnected' });
  expect(await get(coldWithoutKafka, '/api/channels/2/stats')).toMatchObject({
    status: 503,
    retryAfter: '5',
  });

  await kafka.start();
  await untilHealth(api, 200, { kafka: 'connected', cache: 'ready', cassandra: 'disconnected' });
  await untilHealth(coldWithoutKafka, 200, { kafka: 'connected', cache: 'ready', cassandra: 'disconnected' });
  await publish(settings, '1', 11);
  for (const one of [api, coldWithoutKafka]) {
    await vi.waitFor(async () => {
      expect(await get(one, '/api/channels/1/stats')).toMatchObject({
        body: { message_count: 11, stale: false, source: 'cache' },
      });
    }, waiting);
  }

  await cassandra.start();
  await untilHealth(api, 200, { cassandra: 'connected' });
  expect(await get(api, '/api/channels/2/stats/history')).toMatchObject({
    status: 200,
    body: { windows: [{ message_count: 77 }] },
  });
});
