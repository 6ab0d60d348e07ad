import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { bootstrapTopics } from '../bootstrap/bootstrap.ts';
import { settingsSchema } from '../config/settings.ts';
import { createKafka } from '../kafka/client.ts';
import { freePorts } from '../stack/ports.ts';
import { startProcess } from '../stack/process.ts';
import type { ProcessorRole } from '../stack/services/processor.ts';
import { eventually } from './e2e/cli.ts';
import { testProcessorService } from './embedded.ts';
import { type SecuredServers, startSecuredServers } from './secured-servers.ts';

/** What the processor says of servers that do not let it in: never a state that lasts without a reason. */

let servers: SecuredServers;
beforeAll(async () => {
  servers = await startSecuredServers();
  await bootstrapTopics(settingsSchema.parse(servers.env));
});
afterAll(() => servers?.stop());

it('ends with one error when Kafka refuses its password', async () => {
  const processor = await launch('count', { KAFKA_SASL_PASSWORD: 'wrong' });
  expect(await processor.exited).toMatchObject({ code: 1 });
  expect(await processor.said()).toMatch(/^cannot start: Authentication failed during authentication/m);
});

it('ends with one error when it does not trust the certificate of Kafka', async () => {
  const processor = await launch('count', { KAFKA_TLS_CA: undefined });
  expect(await processor.exited).toMatchObject({ code: 1 });
  expect(await processor.said()).toMatch(/^cannot start: .*certification path/m);
});

it('says which brokers do not answer, goes on trying, and ends when told', async () => {
  const [free] = await freePorts(1);
  const brokers = `127.0.0.1:${free}`;
  const processor = await launch('count', { KAFKA_BROKERS: brokers });
  const health = await eventually(processor.health, (said) => said.includes('"reason":"'));
  expect(JSON.parse(health)).toMatchObject({
    status: 'starting',
    reason: expect.stringContaining(`Kafka does not answer at ${brokers}`),
  });
  expect(await processor.stop()).toMatchObject({ code: 143 });
});

it('waits for topics that are missing, and ends with one error when they do not come', async () => {
  const topic = { KAFKA_TOPIC_CHAT_MESSAGES: 'comes-late', KAFKA_APPLICATION_ID: 'comes-late' };
  const impatient = await launch('count', topic, { TOPICS_WAIT_SECONDS: '0' });
  expect(await impatient.exited).toMatchObject({ code: 1 });
  expect(await impatient.said()).toMatch(
    /^missing topics: comes-late; `twitchstats bootstrap` creates them/m,
  );
  const patient = await launch('count', topic);
  const waiting = await eventually(patient.health, (said) => said.includes('comes-late'));
  expect(JSON.parse(waiting)).toMatchObject({
    status: 'starting',
    reason: 'waiting for the topics comes-late',
  });
  await bootstrapTopics(settingsSchema.parse({ ...servers.env, ...topic }));
  const counting = await eventually(patient.health, (said) => said.includes('"RUNNING"'));
  expect(JSON.parse(counting)).toMatchObject({ status: 'up' });
});

it('says that Kafka holds its offsets back for a transaction that does not end', async () => {
  const settings = settingsSchema.parse({ ...servers.env, KAFKA_APPLICATION_ID: 'held-back' });
  const producer = createKafka(settings, { clientId: 'test' }).producer({
    transactionalId: 'never-ends',
    idempotent: true,
    maxInFlightRequests: 1,
    transactionTimeout: 600_000,
  });
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  const transaction = await producer.transaction();
  const partitions = [{ partition: 0, offset: '0' }];
  await transaction.sendOffsets({
    consumerGroupId: 'held-back',
    topics: [{ topic: settings.KAFKA_TOPIC_CHAT_MESSAGES, partitions }],
  });
  const processor = await launch('count', { KAFKA_APPLICATION_ID: 'held-back' });
  const held = await eventually(processor.health, (said) => said.includes('offsets'), 120_000);
  expect(JSON.parse(held)).toMatchObject({
    status: 'down',
    streams: { state: 'REBALANCING', reason: expect.stringContaining('the offsets of held-back back') },
  });
  await transaction.abort();
  const counting = await eventually(processor.health, (said) => said.includes('"RUNNING"'));
  expect(JSON.parse(counting)).toMatchObject({ status: 'up', streams: { state: 'RUNNING' } });
});

it('says that Cassandra refuses its password, and ends when told', async () => {
  const processor = await launch('archive', { CASSANDRA_PASSWORD: 'wrong' });
  const health = await eventually(processor.health, (said) => said.includes('"failed"'));
  expect(JSON.parse(health)).toMatchObject({
    status: 'down',
    archiver: { state: 'failed', reason: expect.stringContaining('password are incorrect') },
  });
  expect(await processor.stop()).toMatchObject({ code: 143 });
});

it('says that it does not trust the certificate of Cassandra', async () => {
  const processor = await launch('archive', { CASSANDRA_TLS_CA: undefined });
  const health = await eventually(processor.health, (said) => said.includes('"failed"'));
  expect(JSON.parse(health).archiver.reason).toMatch(/certification path/);
  expect(await processor.stop()).toMatchObject({ code: 143 });
});

/** The processor as a process that may never become ready. */
async function launch(
  role: ProcessorRole,
  changes: Readonly<Record<string, string | undefined>>,
  env: Readonly<Record<string, string>> = { TOPICS_WAIT_SECONDS: '60' },
) {
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-refused-'));
  const [port = 0] = await freePorts(1);
  const service = await testProcessorService({
    settings: settingsSchema.parse({ ...servers.env, ...changes }),
    role,
    stateDir: join(directory, 'state'),
    runDir: directory,
    port,
    env,
  });
  const logFile = join(directory, 'processor.log');
  const process = await startProcess(service, logFile);
  onTestFinished(async () => {
    await process.terminate();
    await rm(directory, { recursive: true, force: true });
  });
  return {
    exited: process.exited,
    stop: () => process.terminate(),
    said: () => readFile(logFile, 'utf8'),
    /** Empty while nobody listens. */
    health: () =>
      fetch(`http://127.0.0.1:${port}/health`).then(
        (response) => response.text(),
        () => '',
      ),
  };
}
