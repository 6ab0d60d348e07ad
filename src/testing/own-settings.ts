import { randomUUID } from 'node:crypto';
import { connectCassandra } from '../cassandra/client.ts';
import { type SettingName, type Settings, settingsSchema } from '../config/settings.ts';
import { withAdmin } from '../kafka/admin.ts';
import { configuredTopics } from '../kafka/topic-names.ts';
import type { EmbeddedServers } from './embedded.ts';

/**
 * Settings that point at these servers, with topics, consumer groups, application id and keyspace that nobody else has;
 * `overrides` by setting name, as the environment would give them.
 */
export function ownSettings(
  servers: Pick<EmbeddedServers, 'kafkaBrokers' | 'cassandraHosts'>,
  overrides: Partial<Record<SettingName, unknown>> = {},
): Settings {
  const id = randomUUID().slice(0, 8);
  return settingsSchema.parse({
    KAFKA_BROKERS: servers.kafkaBrokers,
    CASSANDRA_HOSTS: servers.cassandraHosts,
    KAFKA_TOPIC_CHAT_MESSAGES: `messages-${id}`,
    KAFKA_TOPIC_STATS: `stats-${id}`,
    KAFKA_TOPIC_WINDOWS: `windows-${id}`,
    KAFKA_TOPIC_DEAD_LETTERS: `dead-letters-${id}`,
    KAFKA_TOPIC_INGEST_EVENTS: `ingest-events-${id}`,
    KAFKA_TOPIC_OPT_OUTS: `opt-outs-${id}`,
    KAFKA_GROUP_ID: `group-${id}`,
    KAFKA_APPLICATION_ID: `app-${id}`,
    KAFKA_CLIENT_ID: `client-${id}`,
    CASSANDRA_KEYSPACE: `test_${id}`,
    LOG_LEVEL: 'silent',
    ...overrides,
  });
}

/** Drops the topics and the keyspace of these settings; those that are not there are passed over. */
export async function dropAll(settings: Settings): Promise<void> {
  await dropTopics(settings);
  const session = await connectCassandra(settings);
  try {
    await session.alterSchema(`DROP KEYSPACE IF EXISTS ${settings.CASSANDRA_KEYSPACE}`);
  } finally {
    await session.close();
  }
}

/** Drops the topics of these settings; those that are not there are passed over. */
export async function dropTopics(settings: Settings): Promise<void> {
  await withAdmin(settings, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const ours = configuredTopics(settings)
      .map(({ name }) => name)
      .filter((name) => existing.has(name));
    const internal = [...existing].filter((name) => name.startsWith(`${settings.KAFKA_APPLICATION_ID}-`));
    if (ours.length + internal.length > 0) await admin.deleteTopics({ topics: [...ours, ...internal] });
  });
}
