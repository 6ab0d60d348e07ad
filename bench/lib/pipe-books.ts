import { type CassandraSession, connectCassandra } from '../../src/cassandra/client.ts';
import { pagesOf } from '../../src/cassandra/pages.ts';
import type { Settings } from '../../src/config/settings.ts';
import { countByUser, countIn } from './archived-rows.ts';

/** What a pipe made of its messages: each must be what was sent. */
export interface PipeBooks {
  /** Messages in the windows that were published. */
  readonly counted: number;
  /** Rows in the archive, by channel and by user. */
  readonly rows: number;
  readonly byUser: number;
}

/** A partition may have a million rows, and Cassandra gives up counting after five seconds (`read_request_timeout`). */
const SLICE_MS = 60_000;

export async function readBooks(settings: Settings): Promise<PipeBooks> {
  const session = await connectCassandra(settings);
  try {
    const byChannel = await countByChannel(session, settings);
    return { ...byChannel, byUser: await countByUser(session, settings) };
  } finally {
    await session.close();
  }
}

async function countByChannel(session: CassandraSession, settings: Settings) {
  const windows = `SELECT channel_id, window_start, window_end, message_count FROM ${settings.CASSANDRA_KEYSPACE}.channel_window_stats`;
  const between = `SELECT count(*) AS rows FROM ${settings.CASSANDRA_KEYSPACE}.${settings.CASSANDRA_TABLE} WHERE channel_id = ? AND timestamp >= ? AND timestamp < ?`;
  let [rows, counted] = [0, 0];
  for await (const page of pagesOf(session, windows)) {
    for (const { channel_id: channel, window_start, window_end, message_count } of page) {
      counted += Number(message_count);
      const end = Number(window_end);
      for (let from = Number(window_start); from < end; from += SLICE_MS)
        rows += await countIn(session, between, [channel, from, Math.min(from + SLICE_MS, end)]);
    }
  }
  return { rows, counted };
}
