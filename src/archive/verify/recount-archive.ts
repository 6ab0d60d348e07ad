import type { ArchiveSettings } from '../../cassandra/archive.ts';
import type { CassandraSession } from '../../cassandra/client.ts';
import { readMessages } from '../../cassandra/message-pages.ts';
import { windowStart } from '../../contract/channel-stats.ts';
import { type WindowCount, type WindowCounts, WindowTally } from './window-tally.ts';

/**
 * The windows of one channel as its rows in Cassandra give them. Rows come in the order of time, so only one window's
 * ids are in memory.
 */
export async function recountArchive(
  session: CassandraSession,
  settings: ArchiveSettings,
  range: { readonly channelId: string; readonly from: number; readonly to: number },
  windowMs: number,
  signal: AbortSignal,
): Promise<WindowCounts> {
  const counts = new Map<number, WindowCount>();
  let current = Number.NaN;
  let tally = new WindowTally(windowMs);
  const close = () => {
    for (const [start, count] of tally.counts()) counts.set(start, count);
    tally = new WindowTally(windowMs);
  };
  for await (const page of readMessages(session, settings, range, { signal })) {
    signal.throwIfAborted();
    for (const message of page) {
      const start = windowStart(message.timestamp, windowMs);
      if (start !== current) close();
      current = start;
      tally.add(message);
    }
  }
  close();
  return counts;
}

/** How long rows live, in milliseconds: the table's default, 0 for ever. */
export async function timeToLive(session: CassandraSession, settings: ArchiveSettings): Promise<number> {
  const { rows } = await session.query(
    'SELECT default_time_to_live FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?',
    [settings.CASSANDRA_KEYSPACE, settings.CASSANDRA_TABLE],
  );
  return Number(rows[0]?.default_time_to_live ?? 0) * 1000;
}
