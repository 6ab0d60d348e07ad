import pRetry from 'p-retry';
import { type CassandraSession, connectCassandra } from '../../src/cassandra/client.ts';
import type { Settings } from '../../src/config/settings.ts';

/** A share of all tokens has a few thousand rows for each million: Cassandra gives up counting after seconds. */
const TOKEN_RANGES = 256;

/** @throws Error when one of the two message tables does not have exactly `messages` rows */
export async function mustBeArchived(settings: Settings, messages: number): Promise<void> {
  const session = await connectCassandra(settings);
  try {
    for (const count of [countByChannel, countByUser]) {
      const rows = await count(session, settings);
      if (rows !== messages)
        throw new Error(`${count.name}: ${rows} rows of ${messages}: this run does not count`);
    }
  } finally {
    await session.close();
  }
}

function countByChannel(session: CassandraSession, settings: Settings): Promise<number> {
  return countRows(session, `${settings.CASSANDRA_KEYSPACE}.${settings.CASSANDRA_TABLE}`, 'channel_id');
}

/** Rows of the table by user, whose partitions are small and many. */
export function countByUser(session: CassandraSession, settings: Settings): Promise<number> {
  return countRows(session, `${settings.CASSANDRA_KEYSPACE}.messages_by_user`, 'channel_id, user_id');
}

async function countRows(session: CassandraSession, table: string, partitionKey: string): Promise<number> {
  const token = `token(${partitionKey})`;
  const cql = `SELECT count(*) AS rows FROM ${table} WHERE ${token} > ? AND ${token} <= ?`;
  // Tokens are 64 bits with a sign; multiples of so large a power of two are exact numbers.
  const width = 2 ** 64 / TOKEN_RANGES;
  let rows = 0;
  for (let from = -(2 ** 63); from < 2 ** 63; from += width)
    rows += await countIn(session, cql, [from, from + width]);
  return rows;
}

/** What `SELECT count(*) AS rows` says. A Cassandra that is busy does not answer in time: it is asked again. */
export async function countIn(
  session: CassandraSession,
  cql: string,
  parameters: readonly unknown[],
): Promise<number> {
  const { rows } = await pRetry(() => session.query(cql, parameters, { pageSize: 5000, timeoutMs: 60_000 }), {
    retries: 3,
  });
  return Number(rows[0]?.rows);
}
