import { expect, test } from 'vitest';
import { settingsSchema } from '../config/settings.ts';
import { configuredStatement, readSchema, replicationDrift, replicationMap } from './schema-files.ts';

const defaults = settingsSchema.parse({});

test('reads every object of cql/ in order, under the contract’s names', () => {
  expect(readSchema(defaults).map(({ kind, keyspace, name }) => `${kind} ${keyspace}.${name}`)).toEqual([
    'keyspace twitch_chat.twitch_chat',
    'table twitch_chat.raw_chat_messages',
    'table twitch_chat.channels_by_name',
    'type twitch_chat.emote_count',
    'type twitch_chat.chatter_count',
    'table twitch_chat.channel_window_stats',
    'table twitch_chat.messages_by_user',
  ]);
});

test('the main table is the contract’s, column by column', () => {
  const table = readSchema(defaults).find(({ name }) => name === 'raw_chat_messages');
  expect(Object.fromEntries(table?.columns ?? [])).toEqual({
    channel_id: 'text',
    timestamp: 'bigint',
    message_id: 'uuid',
    user_id: 'text',
    username: 'text',
    message: 'text',
    emotes: 'list<text>',
  });
  expect(table?.primaryKey).toBe('((channel_id), timestamp, message_id)');
  expect(table?.defaultTtl).toBe(604_800);
});

test('puts the configured names into statements, not into strings or other words', () => {
  const settings = settingsSchema.parse({ CASSANDRA_KEYSPACE: 'mine', CASSANDRA_TABLE: 'chat' });
  expect(
    configuredStatement(
      "CREATE TABLE twitch_chat.raw_chat_messages (twitch_chat_x TEXT) -- 'twitch_chat'",
      settings,
    ),
  ).toBe("CREATE TABLE mine.chat (twitch_chat_x TEXT) -- 'twitch_chat'");
  expect(readSchema(settings)[1]?.statement).toMatch(/^CREATE TABLE IF NOT EXISTS mine\.chat \(/);
});

test.each([
  ['3', "{'class': 'SimpleStrategy', 'replication_factor': 3}"],
  ['dc1:3, dc2:2', "{'class': 'NetworkTopologyStrategy', 'dc1': 3, 'dc2': 2}"],
  [
    "{'class': 'NetworkTopologyStrategy', 'eu-west': 3}",
    "{'class': 'NetworkTopologyStrategy', 'eu-west': 3}",
  ],
])('CASSANDRA_REPLICATION %s', (replication, expected) => {
  const settings = settingsSchema.parse({ CASSANDRA_REPLICATION: replication });
  expect(replicationMap(replication)).toBe(expected);
  expect(readSchema(settings)[0]?.statement).toContain(`replication = ${expected}`);
});

test.each(['three', "{'class': 'x'}; DROP KEYSPACE a", "dc1:3'; DROP", '{}'])(
  'CASSANDRA_REPLICATION %s is refused',
  (replication) => {
    expect(settingsSchema.safeParse({ CASSANDRA_REPLICATION: replication }).success).toBe(false);
  },
);

const simple = { class: 'org.apache.cassandra.locator.SimpleStrategy', replication_factor: '1' };
const spread = { class: 'org.apache.cassandra.locator.NetworkTopologyStrategy', dc2: '2', dc1: '3' };

test.each([
  [undefined, spread],
  ['1', simple],
  ["{'class': 'SimpleStrategy', 'replication_factor': '1'}", simple],
  ['dc1:3,dc2:2', spread],
  ["{'class': 'NetworkTopologyStrategy', 'replication_factor': 3, 'dc2': 2}", spread],
])('CASSANDRA_REPLICATION %s is what a keyspace has', (CASSANDRA_REPLICATION, found) => {
  expect(replicationDrift({ CASSANDRA_REPLICATION }, found)).toBeUndefined();
});

test.each([
  ['3', simple, 'SimpleStrategy, replication_factor 3', 'SimpleStrategy, replication_factor 1'],
  ['dc1:3', simple, 'NetworkTopologyStrategy, dc1 3', 'SimpleStrategy, replication_factor 1'],
  ['dc1:3,dc2:3', spread, 'NetworkTopologyStrategy, dc1 3, dc2 3', 'NetworkTopologyStrategy, dc1 3, dc2 2'],
])('CASSANDRA_REPLICATION %s is not what a keyspace has', (CASSANDRA_REPLICATION, is, wanted, found) => {
  expect(replicationDrift({ CASSANDRA_REPLICATION }, is)).toEqual({ wanted, found });
});
