import { randomUUID } from 'node:crypto';
import { bootstrap } from '../../src/bootstrap/bootstrap.ts';
import { type Settings, settingsSchema } from '../../src/config/settings.ts';
import { startEmbeddedServers } from '../../src/testing/embedded.ts';

export interface BenchServers {
  /** Topics and a keyspace that nothing else uses. */
  readonly settings: Settings;
  stop(): Promise<void>;
}

/** The servers at the given addresses, or embedded ones; with topics and tables of their own. */
export async function benchServers(
  kafka: string | undefined,
  cassandra: string | undefined,
): Promise<BenchServers> {
  const embedded = kafka === undefined || cassandra === undefined ? await startEmbeddedServers() : undefined;
  const id = randomUUID().slice(0, 8);
  const settings = settingsSchema.parse({
    KAFKA_BROKERS: kafka ?? embedded?.kafkaBrokers,
    CASSANDRA_HOSTS: cassandra ?? embedded?.cassandraHosts,
    CASSANDRA_KEYSPACE: `bench_${id}`,
    KAFKA_TOPIC_CHAT_MESSAGES: `bench-messages-${id}`,
    KAFKA_TOPIC_STATS: `bench-stats-${id}`,
    KAFKA_TOPIC_WINDOWS: `bench-windows-${id}`,
  });
  await bootstrap(settings);
  return { settings, stop: async () => embedded?.stop() };
}

/** True when a command of that name can be run. */
export async function isInstalled(command: string): Promise<boolean> {
  const { execa } = await import('execa');
  const { failed } = await execa('sh', ['-c', 'command -v "$0"', command], { reject: false });
  return !failed;
}
