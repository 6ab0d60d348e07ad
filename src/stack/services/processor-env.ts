import type { Settings } from '../../config/settings.ts';

/** What the processor is told about the servers and the contract: it takes settings from its own environment alone. */
export function processorEnv(settings: Settings): Record<string, string> {
  const entries: Record<string, string | undefined> = {
    KAFKA_BOOTSTRAP_SERVERS: settings.KAFKA_BROKERS.join(','),
    KAFKA_APPLICATION_ID: settings.KAFKA_APPLICATION_ID,
    KAFKA_TOPIC_INPUT: settings.KAFKA_TOPIC_CHAT_MESSAGES,
    KAFKA_TOPIC_OUTPUT: settings.KAFKA_TOPIC_STATS,
    KAFKA_TOPIC_WINDOWS: settings.KAFKA_TOPIC_WINDOWS,
    KAFKA_TOPIC_DEAD_LETTERS: settings.KAFKA_TOPIC_DEAD_LETTERS,
    KAFKA_TOPIC_INGEST_EVENTS: settings.KAFKA_TOPIC_INGEST_EVENTS,
    KAFKA_TOPIC_OPT_OUTS: settings.KAFKA_TOPIC_OPT_OUTS,
    KAFKA_SECURITY_PROTOCOL: settings.KAFKA_SECURITY_PROTOCOL,
    KAFKA_SASL_MECHANISM: settings.KAFKA_SASL_MECHANISM,
    KAFKA_SASL_USERNAME: settings.KAFKA_SASL_USERNAME,
    KAFKA_SASL_PASSWORD: settings.KAFKA_SASL_PASSWORD?.reveal(),
    KAFKA_TLS_CA: settings.KAFKA_TLS_CA,
    KAFKA_TLS_CERT: settings.KAFKA_TLS_CERT,
    KAFKA_TLS_KEY: settings.KAFKA_TLS_KEY,
    CASSANDRA_HOSTS: settings.CASSANDRA_HOSTS.join(','),
    CASSANDRA_KEYSPACE: settings.CASSANDRA_KEYSPACE,
    CASSANDRA_TABLE: settings.CASSANDRA_TABLE,
    CASSANDRA_DATACENTER: settings.CASSANDRA_DATACENTER,
    CASSANDRA_CONSISTENCY: settings.CASSANDRA_CONSISTENCY,
    CASSANDRA_USERNAME: settings.CASSANDRA_USERNAME,
    CASSANDRA_PASSWORD: settings.CASSANDRA_PASSWORD?.reveal(),
    CASSANDRA_TLS: settings.CASSANDRA_TLS ? 'true' : undefined,
    CASSANDRA_TLS_CA: settings.CASSANDRA_TLS_CA,
    CASSANDRA_TLS_CERT: settings.CASSANDRA_TLS_CERT,
    CASSANDRA_TLS_KEY: settings.CASSANDRA_TLS_KEY,
    WINDOW_SIZE_SECONDS: String(settings.WINDOW_SIZE_SECONDS),
    PROCESSOR_HTTP_HOST: settings.PROCESSOR_HTTP_HOST,
    PROCESSOR_HTTP_PORT: String(settings.PROCESSOR_HTTP_PORT),
    LOG_LEVEL: settings.LOG_LEVEL,
  };
  return Object.fromEntries(
    Object.entries(entries).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
