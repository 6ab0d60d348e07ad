import { Secret } from '../config/secret.ts';
import { type SettingName, type Settings, settingNames } from '../config/settings.ts';

/** Settings as environment variables: for a service of ours, which must not read any other source. */
export function settingsEnv(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    settingNames.flatMap((name) => {
      const value = asText(settings[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What other commands need to find a stack and to understand its data. None is a secret. */
const discoverable = [
  'KAFKA_BROKERS',
  'KAFKA_TOPIC_CHAT_MESSAGES',
  'KAFKA_TOPIC_STATS',
  'KAFKA_TOPIC_WINDOWS',
  'KAFKA_TOPIC_DEAD_LETTERS',
  'KAFKA_TOPIC_INGEST_EVENTS',
  'KAFKA_TOPIC_OPT_OUTS',
  'KAFKA_TOPIC_PARTITIONS',
  'KAFKA_APPLICATION_ID',
  'CASSANDRA_HOSTS',
  'CASSANDRA_KEYSPACE',
  'CASSANDRA_TABLE',
  'CASSANDRA_DATACENTER',
  'WINDOW_SIZE_SECONDS',
  'PORT',
  'INGEST_HTTP_PORT',
  'PROCESSOR_HTTP_PORT',
  'TWITCHSTATS_API_URL',
  'TWITCH_IRC_URL',
  // Of clusters that run elsewhere. Passwords stay in the environment of whoever asks.
  'KAFKA_REPLICATION_FACTOR',
  'KAFKA_SECURITY_PROTOCOL',
  'KAFKA_SASL_MECHANISM',
  'KAFKA_SASL_USERNAME',
  'KAFKA_TLS_CA',
  'KAFKA_TLS_CERT',
  'KAFKA_TLS_KEY',
  'CASSANDRA_REPLICATION',
  'CASSANDRA_CONSISTENCY',
  'CASSANDRA_USERNAME',
  'CASSANDRA_TLS',
  'CASSANDRA_TLS_CA',
  'CASSANDRA_TLS_CERT',
  'CASSANDRA_TLS_KEY',
] as const satisfies readonly SettingName[];

export function discoverableSettings(settings: Settings): Record<string, string> {
  return Object.fromEntries(
    discoverable.flatMap((name) => {
      const value = asText(settings[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function asText(value: Settings[SettingName]): string | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Secret) return value.reveal();
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.join(',');
  return String(value);
}
