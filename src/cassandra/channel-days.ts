import { z } from 'zod';
import type { ArchiveSettings } from './archive.ts';
import type { CassandraSession } from './client.ts';

/** What a channel's partition has of one day (UTC) of event time. */
export interface ChannelDay {
  /** `2026-11-23`. */
  readonly day: string;
  readonly rows: number;
  /** Of the values, uncompressed, by the mean of a sample. */
  readonly bytes: number;
}

const DAY_MS = 86_400_000;
const SAMPLE = 500;
/** A day and its message cost Cassandra about this much besides the texts: key, times, flags. */
const ROW_OVERHEAD = 60;

const newestSchema = z.array(z.object({ timestamp: z.number() }));
const countSchema = z.array(z.object({ rows: z.number() }));
const textSchema = z.array(
  z.object({
    user_id: z.string().nullable(),
    username: z.string().nullable(),
    message: z.string().nullable(),
    emotes: z.array(z.string()).nullable(),
  }),
);

/** The days of a channel that have rows, newest first. Skips empty days, so that old chat costs no more than new chat. */
export async function channelDays(
  session: CassandraSession,
  { CASSANDRA_KEYSPACE, CASSANDRA_TABLE }: ArchiveSettings,
  channelId: string,
): Promise<ChannelDay[]> {
  const table = `${CASSANDRA_KEYSPACE}.${CASSANDRA_TABLE}`;
  const days: ChannelDay[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const newest = await session.query(
      `SELECT timestamp FROM ${table} WHERE channel_id = ? AND timestamp < ? LIMIT 1`,
      [channelId, before],
    );
    const [row] = newestSchema.parse(newest.rows);
    if (row === undefined) return days;
    const from = Math.floor(row.timestamp / DAY_MS) * DAY_MS;
    const range = [channelId, from, from + DAY_MS];
    const where = 'WHERE channel_id = ? AND timestamp >= ? AND timestamp < ?';
    const [counted, sampled] = await Promise.all([
      session.query(`SELECT COUNT(*) AS rows FROM ${table} ${where}`, range, { timeoutMs: 60_000 }),
      session.query(
        `SELECT user_id, username, message, emotes FROM ${table} ${where} LIMIT ${SAMPLE}`,
        range,
      ),
    ]);
    const rows = countSchema.parse(counted.rows)[0]?.rows ?? 0;
    const bytes = Math.round(rows * meanBytes(textSchema.parse(sampled.rows)));
    days.push({ day: new Date(from).toISOString().slice(0, 10), rows, bytes });
    before = from;
  }
}

function meanBytes(sample: z.infer<typeof textSchema>): number {
  const total = sample.reduce((sum, { user_id, username, message, emotes }) => {
    const texts = [user_id ?? '', username ?? '', message ?? '', ...(emotes ?? [])];
    return sum + texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), ROW_OVERHEAD);
  }, 0);
  return sample.length === 0 ? 0 : total / sample.length;
}
