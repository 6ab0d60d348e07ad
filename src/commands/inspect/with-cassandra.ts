import { type CassandraSession, type CassandraSettings, connectCassandra } from '../../cassandra/client.ts';

/**
 * Runs `use` with a connected session, and closes it whatever happens; its queries end with the signal.
 * @throws AppError CASSANDRA_UNREACHABLE; the signal's reason
 */
export async function withCassandra<T>(
  settings: CassandraSettings,
  signal: AbortSignal,
  use: (session: CassandraSession) => Promise<T>,
): Promise<T> {
  const session = await connectCassandra(settings, { signal });
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}
