import pMap from 'p-map';
import { z } from 'zod';
import type { ArchiveSettings } from '../cassandra/archive.ts';
import type { CassandraSession } from '../cassandra/client.ts';
import { pagesOf } from '../cassandra/pages.ts';

export interface Forgotten {
  readonly messages: number;
  /** Channels that had messages of the user in the table by user. */
  readonly copies: number;
  /** Past windows whose list of top chatters had the user. */
  readonly windows: number;
}

const keysSchema = z.array(
  z.object({ channel_id: z.string(), timestamp: z.number(), message_id: z.string() }),
);
const partitionsSchema = z.array(z.object({ channel_id: z.string(), user_id: z.string() }));
const windowsSchema = z.array(
  z.object({
    window_start: z.number(),
    message_count: z.number().nullable(),
    seconds_left: z.number().nullable(),
    top_chatters: z
      .array(z.object({ user_id: z.string(), username: z.string(), count: z.number() }))
      .nullable(),
  }),
);

/** A scan of the whole table takes a node its time. */
const SCAN = { timeoutMs: 60_000 };
const IN_FLIGHT = 32;
/** In place of the table's default. */
const NO_TTL = 0;

/**
 * Deletes everything that a user wrote, in one channel or, without `channelId`, in all, and takes the user out of the
 * lists of top chatters of past windows. The counts of windows stay: a number says nothing of anybody.
 * @throws AppError CASSANDRA_UNREACHABLE, CASSANDRA_SCHEMA_MISSING
 */
export async function forgetUser(
  session: CassandraSession,
  settings: ArchiveSettings,
  { userId, channelId }: { readonly userId: string; readonly channelId: string | undefined },
): Promise<Forgotten> {
  const { CASSANDRA_KEYSPACE: keyspace, CASSANDRA_TABLE: table } = settings;
  const inChannel = channelId === undefined ? '' : 'channel_id = ? AND ';
  const parameters = channelId === undefined ? [userId] : [channelId, userId];
  const channels = new Set<string>(
    channelId === undefined ? await channelsOf(session, keyspace, userId) : [channelId],
  );
  // Before the rows go: a run that is repeated must not need them to find what the first one left.
  const counted = channelId === undefined ? await countedChannels(session, keyspace) : [channelId];
  let windows = 0;
  for (const channel of counted) windows += await leaveTopChatters(session, keyspace, channel, userId);
  let messages = 0;
  const scan = `SELECT channel_id, timestamp, message_id FROM ${keyspace}.${table} WHERE ${inChannel}user_id = ? ALLOW FILTERING`;
  const erase = `DELETE FROM ${keyspace}.${table} WHERE channel_id = ? AND timestamp = ? AND message_id = ?`;
  for await (const rows of pagesOf(session, scan, parameters, SCAN)) {
    const keys = keysSchema.parse(rows);
    await pMap(
      keys,
      ({ channel_id, timestamp, message_id }) => {
        channels.add(channel_id);
        return session.query(erase, [channel_id, timestamp, message_id]);
      },
      { concurrency: IN_FLIGHT },
    );
    messages += keys.length;
  }
  let copies = 0;
  const first = `SELECT message_id FROM ${keyspace}.messages_by_user WHERE channel_id = ? AND user_id = ? LIMIT 1`;
  const eraseCopies = `DELETE FROM ${keyspace}.messages_by_user WHERE channel_id = ? AND user_id = ?`;
  for (const channel of channels) {
    const { rows } = await session.query(first, [channel, userId]);
    if (rows.length > 0) {
      await session.query(eraseCopies, [channel, userId]);
      copies += 1;
    }
  }
  return { messages, copies, windows };
}

/** The ids of everybody who wrote under a name; names change hands, so there may be several. */
export async function userIdsOf(
  session: CassandraSession,
  { CASSANDRA_KEYSPACE, CASSANDRA_TABLE }: ArchiveSettings,
  username: string,
): Promise<string[]> {
  const scan = `SELECT user_id FROM ${CASSANDRA_KEYSPACE}.${CASSANDRA_TABLE} WHERE username = ? ALLOW FILTERING`;
  const ids = new Set<string>();
  for (const name of new Set([username, username.toLowerCase()])) {
    for await (const rows of pagesOf(session, scan, [name], SCAN))
      for (const row of rows) ids.add(String(row.user_id));
  }
  return [...ids];
}

async function channelsOf(session: CassandraSession, keyspace: string, userId: string): Promise<string[]> {
  const channels: string[] = [];
  const scan = `SELECT DISTINCT channel_id, user_id FROM ${keyspace}.messages_by_user`;
  for await (const rows of pagesOf(session, scan, [], SCAN)) {
    for (const row of partitionsSchema.parse(rows)) if (row.user_id === userId) channels.push(row.channel_id);
  }
  return channels;
}

async function countedChannels(session: CassandraSession, keyspace: string): Promise<string[]> {
  const channels: string[] = [];
  const scan = `SELECT DISTINCT channel_id FROM ${keyspace}.channel_window_stats`;
  for await (const rows of pagesOf(session, scan, [], SCAN))
    for (const row of rows) channels.push(String(row.channel_id));
  return channels;
}

/** The new list lives as long as the rest of its row: a list alone would be a window without a count. */
async function leaveTopChatters(
  session: CassandraSession,
  keyspace: string,
  channelId: string,
  userId: string,
): Promise<number> {
  const select = `SELECT window_start, message_count, TTL(message_count) AS seconds_left, top_chatters FROM ${keyspace}.channel_window_stats WHERE channel_id = ?`;
  const update = `UPDATE ${keyspace}.channel_window_stats USING TTL ? SET top_chatters = ? WHERE channel_id = ? AND window_start = ?`;
  let changed = 0;
  for await (const rows of pagesOf(session, select, [channelId], SCAN)) {
    for (const { window_start, message_count, seconds_left, top_chatters } of windowsSchema.parse(rows)) {
      const others = top_chatters?.filter((chatter) => chatter.user_id !== userId) ?? [];
      if (others.length === (top_chatters?.length ?? 0)) continue;
      const ttl = message_count === null ? 1 : (seconds_left ?? NO_TTL);
      await session.query(update, [ttl, others, channelId, window_start]);
      changed += 1;
    }
  }
  return changed;
}
