import { expect, onTestFinished, test } from 'vitest';
import { connectCassandra } from '../cassandra/client.ts';
import { setTopicConfig, withAdmin } from '../kafka/admin.ts';
import { dropAll } from '../testing/own-settings.ts';
import { bootstrappedSettings, testSettings } from '../testing/pipeline.ts';
import { type BootstrapItem, bootstrap } from './bootstrap.ts';

const states = (items: readonly BootstrapItem[]) => [...new Set(items.map(({ state }) => state))];

test('creates everything once, and finds it the second time', async () => {
  const settings = testSettings();
  onTestFinished(() => dropAll(settings));
  const missing = await bootstrap(settings, { check: true });
  expect(missing.drift).toBe(true);
  expect(states(missing.items)).toEqual(['missing']);

  const created = await bootstrap(settings);
  expect(created.drift).toBe(false);
  expect(states(created.items)).toEqual(['created']);

  const found = await bootstrap(settings);
  expect(found.drift).toBe(false);
  expect(states(found.items)).toEqual(['unchanged']);
});

test('two at once do not get into each other’s way', async () => {
  const settings = testSettings();
  onTestFinished(() => dropAll(settings));
  const both = await Promise.all([bootstrap(settings), bootstrap(settings)]);
  for (const { items, drift } of both) {
    expect(drift).toBe(false);
    expect(items).toHaveLength(13);
  }
  expect(states((await bootstrap(settings, { check: true })).items)).toEqual(['unchanged']);
});

test('shows a topic that drifted, leaves it alone, and sets it back when asked, with the user’s other values', async () => {
  const settings = await bootstrappedSettings();
  const topic = settings.KAFKA_TOPIC_STATS;
  await withAdmin(settings, (admin) =>
    setTopicConfig(admin, topic, { 'cleanup.policy': 'delete', 'max.message.bytes': '2000000' }),
  );
  const drifted = await bootstrap(settings);
  expect(drifted.items.find(({ name }) => name === topic)).toMatchObject({
    state: 'drifted',
    drift: expect.arrayContaining([{ setting: 'cleanup.policy', wanted: 'compact,delete', found: 'delete' }]),
  });
  const corrected = await bootstrap(settings, { correct: true });
  expect(corrected.items.find(({ name }) => name === topic)?.state).toBe('corrected');
  expect((await bootstrap(settings)).drift).toBe(false);
  const { resources } = await withAdmin(settings, (admin) =>
    admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name: topic }] }),
  );
  const kept = resources[0]?.configEntries.find(({ configName }) => configName === 'max.message.bytes');
  expect(kept?.configValue).toBe('2000000');
});

test('shows a partition count and a table that drifted, which it cannot set back', async () => {
  const settings = await bootstrappedSettings();
  const session = await connectCassandra(settings);
  onTestFinished(() => session.close());
  const table = `${settings.CASSANDRA_KEYSPACE}.${settings.CASSANDRA_TABLE}`;
  await session.alterSchema(`ALTER TABLE ${table} DROP emotes`);
  await session.alterSchema(`ALTER TABLE ${table} WITH default_time_to_live = 60`);
  const { items, drift } = await bootstrap({ ...settings, KAFKA_TOPIC_PARTITIONS: 4 }, { correct: true });
  expect(drift).toBe(true);
  expect(items.find(({ name }) => name === settings.CASSANDRA_TABLE)).toMatchObject({
    state: 'drifted',
    drift: [
      { setting: 'emotes', wanted: 'list<text>', found: '' },
      { setting: 'default_time_to_live', wanted: '604800', found: '60' },
    ],
  });
  expect(items.find(({ name }) => name === settings.KAFKA_TOPIC_CHAT_MESSAGES)).toMatchObject({
    state: 'drifted',
    drift: [{ setting: 'partitions', wanted: '4', found: '3' }],
  });
});

test('shows a keyspace with fewer replicas than the settings say', async () => {
  const settings = await bootstrappedSettings();
  const { items, drift } = await bootstrap(
    { ...settings, CASSANDRA_REPLICATION: 'datacenter1:3' },
    { check: true },
  );
  expect(drift).toBe(true);
  expect(items.filter(({ state }) => state !== 'unchanged')).toEqual([
    {
      kind: 'keyspace',
      name: settings.CASSANDRA_KEYSPACE,
      state: 'drifted',
      drift: [
        {
          setting: 'replication',
          wanted: 'NetworkTopologyStrategy, datacenter1 3',
          found: 'SimpleStrategy, replication_factor 1',
        },
      ],
    },
  ]);
});

test('an address where nothing listens is named', async () => {
  const settings = testSettings();
  await expect(
    bootstrap({ ...settings, CASSANDRA_HOSTS: ['127.0.0.1:9'] }, { check: true }),
  ).rejects.toMatchObject({
    code: 'CASSANDRA_UNREACHABLE',
    message: 'Cannot reach Cassandra at 127.0.0.1:9',
  });
  await expect(bootstrap({ ...settings, KAFKA_BROKERS: ['127.0.0.1:9'] })).rejects.toMatchObject({
    code: 'KAFKA_UNREACHABLE',
  });
  await expect(bootstrap({ ...settings, CASSANDRA_DATACENTER: 'elsewhere' })).rejects.toMatchObject({
    code: 'CASSANDRA_UNREACHABLE',
    hint: 'Check CASSANDRA_DATACENTER.',
  });
  await dropAll(settings);
});
