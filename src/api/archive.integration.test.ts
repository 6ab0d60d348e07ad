import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { ChatArchive } from '../cassandra/archive.ts';
import { type CassandraSession, connectCassandra } from '../cassandra/client.ts';
import type { Settings } from '../config/settings.ts';
import { messagePageSchema, windowHistorySchema } from '../contract/api.ts';
import { buildTestApp } from '../testing/api-app.ts';
import { bootstrappedSettings } from '../testing/pipeline.ts';
import type { ApiInstance } from './api-instance.ts';
import { createArchiveAccess } from './archive-access.ts';

const start = 1_784_030_400_000;

interface Written {
  readonly timestamp: number;
  readonly message_id: string;
  readonly user_id: string;
}

async function archiveApi(): Promise<{ app: ApiInstance; session: CassandraSession; settings: Settings }> {
  const settings = await bootstrappedSettings();
  const session = await connectCassandra(settings);
  onTestFinished(() => session.close());
  const { app } = await buildTestApp({ archive: createArchiveAccess(settings, () => session) });
  return { app, session, settings };
}

async function write(
  session: CassandraSession,
  settings: Settings,
  channelId: string,
  messages: readonly Written[],
) {
  const tables = [settings.CASSANDRA_TABLE, 'messages_by_user'];
  const insert = (table: string, { timestamp, message_id, user_id }: Written) =>
    session.query(
      `INSERT INTO ${settings.CASSANDRA_KEYSPACE}.${table} (channel_id, timestamp, message_id, user_id, username, message) VALUES (?, ?, ?, ?, ?, ?)`,
      [channelId, timestamp, message_id, user_id, `name${user_id}`, 'hello Kappa'],
    );
  await Promise.all(messages.flatMap((message) => tables.map((table) => insert(table, message))));
}

/** All pages of a list of messages, as a caller that follows the cursors sees them. */
async function pages(app: ApiInstance, url: string, query: Record<string, string>): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const response = await app.inject({
      url,
      query: { ...query, ...(cursor === undefined ? {} : { cursor }) },
    });
    expect(response.statusCode).toBe(200);
    const page = messagePageSchema.parse(response.json());
    expect(page.messages.length).toBeLessThanOrEqual(Number(query.limit));
    ids.push(...page.messages.map(({ message_id }) => message_id));
    cursor = page.next_cursor ?? undefined;
    // A cursor that does not move on would go round for ever.
  } while (cursor !== undefined && ids.length < 1000);
  return ids;
}

test('pages of messages neither skip nor repeat, however many share a millisecond, whatever the range and limit', {
  timeout: 180_000,
}, async () => {
  const { app, session, settings } = await archiveApi();
  const message = fc.record({
    timestamp: fc.integer({ min: 0, max: 6 }),
    message_id: fc.uuid({ version: [1, 3, 4, 7] }),
    user_id: fc.constantFrom('1', '2'),
  });
  const plan = fc.record({
    messages: fc.uniqueArray(message, {
      minLength: 1,
      maxLength: 25,
      selector: ({ message_id }) => message_id,
    }),
    from: fc.integer({ min: -1, max: 7 }),
    length: fc.integer({ min: 0, max: 8 }),
    limit: fc.integer({ min: 1, max: 9 }),
    user: fc.constantFrom(undefined, '1', '2'),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ messages, from, length, limit, user }) => {
      const channel = randomUUID();
      const written = messages.map((one) => ({ ...one, timestamp: start + one.timestamp }));
      await write(session, settings, channel, written);
      const [first, last] = [start + from, start + from + length];
      const path = user === undefined ? 'messages' : `users/${user}/messages`;
      const read = await pages(app, `/api/channels/${channel}/${path}`, {
        from: String(first),
        to: String(last),
        limit: String(limit),
      });
      const wanted = written.filter(
        ({ timestamp, user_id }) =>
          timestamp >= first && timestamp < last && (user === undefined || user_id === user),
      );
      expect(new Set(read).size).toBe(read.length);
      expect([...read].sort()).toEqual(wanted.map(({ message_id }) => message_id).sort());
      const times = new Map(written.map(({ message_id, timestamp }) => [message_id, timestamp]));
      const inOrder = read.map((id) => times.get(id) ?? 0);
      expect(inOrder).toEqual([...inOrder].sort((a, b) => b - a));
    }),
    // Chance alone may end every page between two milliseconds.
    { numRuns: 20, examples: [[ofOneMillisecond(undefined)], [ofOneMillisecond('1')]] },
  );
});

/** Ten messages of the same millisecond and user, three a page. */
function ofOneMillisecond(user: '1' | undefined) {
  const messages = Array.from({ length: 10 }, () => ({
    timestamp: 3,
    message_id: randomUUID(),
    user_id: '1' as const,
  }));
  return { messages, from: 0, length: 8, limit: 3, user };
}

async function writeWindows(session: CassandraSession, settings: Settings, count: number) {
  const keyspace = settings.CASSANDRA_KEYSPACE;
  for (let index = 0; index < count; index += 1) {
    const windowStart = start + index * 600_000;
    await session.query(
      `INSERT INTO ${keyspace}.channel_window_stats (channel_id, window_start, window_end, window_duration_seconds, channel_name, message_count, unique_chatters, top_emotes, coverage, last_message_at, updated_at) VALUES (?, ?, ?, 600, ?, ?, 3, ?, 0.5, ?, ?)`,
      [
        '40934651',
        windowStart,
        windowStart + 600_000,
        'forsen',
        index + 1,
        [{ emote: 'Kappa', count: 4 }],
        windowStart + 1,
        windowStart + 2,
      ],
    );
  }
  await session.query(
    `INSERT INTO ${keyspace}.channels_by_name (channel_name, channel_id, updated_at) VALUES ('forsen', '40934651', 1)`,
  );
}

test('history goes window by window, newest first, by name too, in a half-open range', async () => {
  const { app, session, settings } = await archiveApi();
  await writeWindows(session, settings, 10);
  const counts: number[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: Record<string, string> = {
      from: String(start + 600_000),
      to: String(start + 9 * 600_000),
      limit: '3',
      ...(cursor === '' ? {} : { cursor }),
    };
    const response = await app.inject({ url: '/api/channels/Forsen/stats/history', query });
    const page = windowHistorySchema.parse(response.json());
    expect(page).toMatchObject({ channel_id: '40934651', channel_name: 'forsen' });
    counts.push(...page.windows.map(({ message_count }) => message_count));
    cursor = page.next_cursor;
  }
  expect(counts).toEqual([9, 8, 7, 6, 5, 4, 3, 2]);
});

test('a channel that is not in the cache is answered from its newest archived window', async () => {
  const { app, session, settings } = await archiveApi();
  await writeWindows(session, settings, 3);
  for (const channel of ['forsen', '40934651']) {
    const response = await app.inject(`/api/channels/${channel}/stats`);
    expect(response.json()).toMatchObject({
      channel_id: '40934651',
      channel_name: 'forsen',
      message_count: 3,
      top_emotes: [{ emote: 'Kappa', count: 4 }],
      coverage: 0.5,
      source: 'cassandra',
    });
  }
  expect((await app.inject('/api/channels/nobody/stats')).statusCode).toBe(404);
  expect((await app.inject('/api/channels/nobody/messages')).statusCode).toBe(404);
});

test('without windows the newest one is counted from the messages', async () => {
  const { app, session, settings } = await archiveApi();
  const messages = Array.from({ length: 30 }, (_, index) => ({
    timestamp: start + (index < 10 ? -1 - index : index),
    message_id: randomUUID(),
    user_id: String(index % 3),
  }));
  await write(session, settings, 'channel123', messages);
  const response = await app.inject('/api/channels/channel123/stats');
  expect(response.json()).toMatchObject({
    message_count: 20,
    unique_chatters: 3,
    current_window: { start, end: start + 600_000, duration_seconds: 600 },
    source: 'cassandra',
  });
});

test('names go into statements as parameters only', async () => {
  const { app, session, settings } = await archiveApi();
  const archive = new ChatArchive(session, settings);
  for (const name of ["x'; DROP KEYSPACE y; --", '"', '\u0000', 'é'.repeat(50), '__proto__']) {
    expect(await archive.channelId(name)).toBeUndefined();
    const response = await app.inject(`/api/channels/${encodeURIComponent(name)}/messages`);
    expect(response.statusCode).toBe(404);
  }
});
