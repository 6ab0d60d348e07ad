import { type CassandraSettings, connectCassandra } from './client.ts';

/**
 * Shows that Cassandra answers CQL. Gives its release version.
 * @throws AppError CASSANDRA_UNREACHABLE
 */
export async function probeCassandra(settings: CassandraSettings): Promise<string> {
  const session = await connectCassandra(settings, { connectTimeoutMs: 2000 });
  try {
    const { rows } = await session.query('SELECT release_version FROM system.local');
    return String(rows[0]?.release_version);
  } finally {
    await session.close();
  }
}
