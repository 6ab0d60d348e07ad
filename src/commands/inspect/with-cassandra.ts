import { type CassandraSession, type CassandraSettings, connectCassandra } from '../../cassandra/client.ts';

/** Runs `use` with a connected session, and closes it whatever happens. @throws AppError CASSANDRA_UNREACHABLE */
export async function withCassandra<T>(
  settings: CassandraSettings,
  use: (session: CassandraSession) => Promise<T>,
): Promise<T> {
  const session = await connectCassandra(settings);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}
