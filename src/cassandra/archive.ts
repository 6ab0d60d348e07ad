import { z } from 'zod';
import type { Settings } from '../config/settings.ts';
import { type ChannelStats, channelStatsSchema } from '../contract/channel-stats.ts';
import type { CassandraSession, Page, Row } from './client.ts';

/** A half-open range of event time in epoch milliseconds: `from` is in it, `to` is not. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The place of a message in its partition: what comes behind it is what follows it, newest first. */
export interface MessagePosition {
  readonly timestamp: number;
  readonly message_id: string;
}

const archivedMessageSchema = z.object({
  channel_id: z.string(),
  message_id: z.string(),
  user_id: z
    .string()
    .nullable()
    .transform((value) => value ?? ''),
  username: z
    .string()
    .nullable()
    .transform((value) => value ?? ''),
  message: z
    .string()
    .nullable()
    .transform((value) => value ?? ''),
  timestamp: z.coerce.number(),
  // An empty list is no list in Cassandra.
  emotes: z
    .array(z.string())
    .nullable()
    .transform((value) => value ?? []),
});
export type ArchivedMessage = z.infer<typeof archivedMessageSchema>;

export interface MessageQuery {
  readonly channelId: string;
  /** Only this user's. */
  readonly userId?: string;
  readonly range: TimeRange;
  readonly limit: number;
  /** Only what follows this one. */
  readonly after?: MessagePosition | undefined;
}

export type ArchiveSettings = Pick<Settings, 'CASSANDRA_KEYSPACE' | 'CASSANDRA_TABLE'>;

/** Reads of the archive, newest first, each of bounded work. All of them throw AppErrors as `session.query` does. */
export class ChatArchive {
  readonly #session: CassandraSession;
  readonly #keyspace: string;
  readonly #messages: string;

  constructor(session: CassandraSession, settings: ArchiveSettings) {
    this.#session = session;
    this.#keyspace = settings.CASSANDRA_KEYSPACE;
    this.#messages = `${settings.CASSANDRA_KEYSPACE}.${settings.CASSANDRA_TABLE}`;
  }

  /** The id of a channel that the archive knows, by its id, else by its name; a login may be all digits. */
  async channelId(idOrName: string): Promise<string | undefined> {
    for (const table of [`${this.#keyspace}.channel_window_stats`, this.#messages]) {
      const cql = `SELECT channel_id FROM ${table} WHERE channel_id = ? LIMIT 1`;
      if ((await this.#session.query(cql, [idOrName])).rows.length > 0) return idOrName;
    }
    const cql = `SELECT channel_id FROM ${this.#keyspace}.channels_by_name WHERE channel_name = ?`;
    const [row] = (await this.#session.query(cql, [idOrName.toLowerCase()])).rows;
    return typeof row?.channel_id === 'string' ? row.channel_id : undefined;
  }

  /** Windows that start in `range` and before `before`. */
  async windows(
    channelId: string,
    { range, limit, before }: { range: TimeRange; limit: number; before?: number | undefined },
  ): Promise<ChannelStats[]> {
    const cql =
      `SELECT * FROM ${this.#keyspace}.channel_window_stats ` +
      'WHERE channel_id = ? AND window_start >= ? AND window_start < ? LIMIT ?';
    const to = Math.min(range.to, before ?? range.to);
    const { rows } = await this.#session.query(cql, [channelId, range.from, to, limit], { pageSize: limit });
    return rows.map(windowOf);
  }

  /** Messages of a channel, or of one of its users. */
  async messages({ channelId, userId, range, limit, after }: MessageQuery): Promise<ArchivedMessage[]> {
    const table = userId === undefined ? this.#messages : `${this.#keyspace}.messages_by_user`;
    const partition = userId === undefined ? 'channel_id = ?' : 'channel_id = ? AND user_id = ?';
    const key = userId === undefined ? [channelId] : [channelId, userId];
    const select = `SELECT ${messageColumns} FROM ${table} WHERE ${partition}`;
    const rows: Row[] = [];
    let { to } = range;
    // timestamp runs down and message_id up, so what follows a position is two slices.
    if (after !== undefined && after.timestamp < range.to) {
      to = after.timestamp;
      if (after.timestamp >= range.from) {
        const cql = `${select} AND timestamp = ? AND message_id > ? LIMIT ?`;
        rows.push(...(await this.#page(cql, [...key, after.timestamp, after.message_id, limit], limit)).rows);
      }
    }
    const missing = limit - rows.length;
    if (missing > 0) {
      const cql = `${select} AND timestamp >= ? AND timestamp < ? LIMIT ?`;
      rows.push(...(await this.#page(cql, [...key, range.from, to, missing], missing)).rows);
    }
    return rows.map((row) => archivedMessageSchema.parse(row));
  }

  #page(cql: string, parameters: readonly unknown[], limit: number): Promise<Page> {
    return this.#session.query(cql, parameters, { pageSize: limit });
  }
}

const messageColumns = 'channel_id, message_id, user_id, username, message, timestamp, emotes';

function windowOf(row: Row): ChannelStats {
  const known = Object.entries(row).filter(([, value]) => value !== null);
  return channelStatsSchema.parse({ channel_name: row.channel_id, ...Object.fromEntries(known) });
}
