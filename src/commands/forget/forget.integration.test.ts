import { expect, onTestFinished, test, vi } from 'vitest';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { withAdmin } from '../../kafka/admin.ts';
import { createKafka } from '../../kafka/client.ts';
import { heldByArchiver } from '../../kafka/group-progress.ts';
import { followOptOuts } from '../../kafka/opt-out-list.ts';
import { readOptOuts } from '../../kafka/opt-outs.ts';
import { settingsEnv } from '../../stack/settings-env.ts';
import { archiveChat, chat, produceRecords } from '../../testing/chat.ts';
import { bootstrappedSettings } from '../../testing/pipeline.ts';
import { runCli } from '../../testing/run-cli.ts';

const never = new AbortController().signal;

test('forget deletes everything that a user wrote, and nothing else', async () => {
  const settings = await bootstrappedSettings();
  const env = settingsEnv(settings);
  const cql = async (statement: string) =>
    JSON.parse((await runCli(['cql', statement, '--json'], { env })).stdout);
  const sent = chat({
    seed: 9,
    messages: 150,
    start: Date.now() - 60_000,
    stepMs: 5,
    channels: ['1', '2'],
    users: 5,
  });
  const theirs = ({ user_id }: ChatMessage) => user_id === '1003';
  await archiveChat(settings, sent);
  await archiveChat({ ...settings, CASSANDRA_TABLE: 'messages_by_user' }, sent);
  await runCli(
    [
      'cql',
      `INSERT INTO ${settings.CASSANDRA_KEYSPACE}.channel_window_stats (channel_id, window_start, message_count, top_chatters) VALUES ('1', 0, 7, [{user_id: '1003', username: 'viewer_3', count: 5}, {user_id: '1001', username: 'viewer_1', count: 2}]) USING TTL 5000`,
    ],
    { env },
  );
  await produceRecords(settings, settings.KAFKA_TOPIC_DEAD_LETTERS, [
    { key: '1', value: '{"user_id":"1003","message":"half' },
    { key: '1', value: '{"user_id":"1001","message":"half' },
    { key: '2', value: '{"user_id":"1003","message":"other half' },
  ]);

  const rehearsal = await runCli(['forget', '--user', 'viewer_3', '--dry-run', '--json'], { env });
  expect(JSON.parse(rehearsal.stdout)).toEqual({ user_id: '1003', channel_id: null, forgotten: false });
  expect((await readOptOuts(settings, never)).size).toBe(0);

  const { code, stdout, stderr } = await runCli(['forget', '--user', '@viewer_3', '--json'], { env });
  expect([code, stderr.match(/error.*/)?.[0]]).toEqual([0, undefined]);
  expect(JSON.parse(stdout)).toMatchObject({
    user_id: '1003',
    messages_deleted: sent.filter(theirs).length,
    windows_changed: 1,
    dead_letters_erased: 2,
  });

  for (const table of [settings.CASSANDRA_TABLE, 'messages_by_user']) {
    const from = `FROM ${settings.CASSANDRA_KEYSPACE}.${table}`;
    const left = await cql(`SELECT user_id ${from} WHERE user_id = '1003' ALLOW FILTERING`);
    const [all] = (await cql(`SELECT COUNT(*) AS rows ${from}`)).rows;
    expect([table, left.rows, all.rows]).toEqual([
      table,
      [],
      sent.filter((message) => !theirs(message)).length,
    ]);
  }
  const windows = await cql(
    `SELECT message_count, top_chatters, TTL(message_count) AS left, TTL(top_chatters) AS list_left FROM ${settings.CASSANDRA_KEYSPACE}.channel_window_stats`,
  );
  expect(JSON.stringify(windows)).not.toContain('viewer_3');
  expect(windows.rows[0]).toMatchObject({ message_count: 7, top_chatters: [{ user_id: '1001' }] });
  expect(windows.rows[0].list_left).toBeLessThanOrEqual(windows.rows[0].left + 1);
  // A window that comes back, or that a run which failed has left, is found without any message of theirs.
  await runCli(
    [
      'cql',
      `UPDATE ${settings.CASSANDRA_KEYSPACE}.channel_window_stats SET top_chatters = [{user_id: '1003', username: 'viewer_3', count: 5}] WHERE channel_id = '1' AND window_start = 0`,
    ],
    { env },
  );
  const again = await runCli(['forget', '--user', '1003', '--json'], { env });
  expect(JSON.parse(again.stdout)).toMatchObject({ messages_deleted: 0, windows_changed: 1 });

  const letters = JSON.parse((await runCli(['inspect', 'dead-letters', '--json'], { env })).stdout);
  expect(letters.newest.map(({ value }: { value: string }) => value)).toEqual([
    '{"user_id":"1001","message":"half',
  ]);
  const replayed = await runCli(['replay', '1'], { env });
  expect(replayed.stdout).toContain('viewer_1');
  expect(replayed.stdout).not.toContain('viewer_3');
  expect((await readOptOuts(settings, never)).get('1003')).toMatchObject({
    username: 'viewer_3',
    channel_id: null,
  });
});

test('those who read the opt-outs obey from then on', async () => {
  const settings = await bootstrappedSettings();
  const ended = new AbortController();
  const list = followOptOuts(settings, { signal: ended.signal });
  const message = { user_id: '42', channel_id: '1' };
  await list.load();
  expect([list.hasAny, list.has(message)]).toEqual([false, false]);
  await runCli(['forget', '--user', '42'], { env: settingsEnv(settings) });
  await vi.waitFor(() => expect(list.has(message)).toBe(true), { timeout: 20_000, interval: 20 });
  expect(list.has({ user_id: '43', channel_id: '1' })).toBe(false);
  ended.abort();
  await list.closed();
});

test('who began before the topic of opt-outs was made obeys them too', async () => {
  const settings = await bootstrappedSettings();
  const later = { ...settings, KAFKA_TOPIC_OPT_OUTS: `${settings.KAFKA_TOPIC_OPT_OUTS}-later` };
  const ended = new AbortController();
  const list = followOptOuts(later, { signal: ended.signal, lookAgainMs: 100 });
  await list.load();
  const env = settingsEnv(later);
  expect(await runCli(['bootstrap'], { env })).toMatchObject({ code: 0 });
  expect(await runCli(['forget', '--user', '42'], { env })).toMatchObject({ code: 0 });
  await vi.waitFor(() => expect(list.has({ user_id: '42', channel_id: '1' })).toBe(true), {
    timeout: 20_000,
    interval: 20,
  });
  ended.abort();
  await list.closed();
});

test('who follows the opt-outs obeys those of a topic that was made anew', async () => {
  const settings = await bootstrappedSettings();
  const env = settingsEnv(settings);
  const ended = new AbortController();
  const list = followOptOuts(settings, { signal: ended.signal });
  const forget = async (user: string) => {
    expect(await runCli(['forget', '--user', user], { env })).toMatchObject({ code: 0 });
    await vi.waitFor(() => expect(list.has({ user_id: user, channel_id: '1' })).toBe(true), {
      timeout: 30_000,
      interval: 20,
    });
  };
  await list.load();
  for (const user of ['1', '2', '3']) await forget(user);
  await withAdmin(settings, (admin) => admin.deleteTopics({ topics: [settings.KAFKA_TOPIC_OPT_OUTS] }));
  expect(await runCli(['bootstrap'], { env })).toMatchObject({ code: 0 });
  await forget('42');
  ended.abort();
  await list.closed();
});

test('forget in one channel leaves the others, and a second channel does not undo the first', async () => {
  const settings = await bootstrappedSettings();
  const env = settingsEnv(settings);
  const sent = chat({
    seed: 9,
    messages: 200,
    start: Date.now() - 60_000,
    stepMs: 5,
    channels: ['1', '2'],
    users: 2,
  });
  await archiveChat(settings, sent);
  const { stdout } = await runCli(['forget', '--user', '1001', '--channel', 'channel_1', '--json'], { env });
  const inFirst = sent.filter(({ user_id, channel_id }) => user_id === '1001' && channel_id === '1').length;
  expect(JSON.parse(stdout)).toMatchObject({ channel_id: '1', messages_deleted: inFirst });
  expect((await runCli(['replay', '2'], { env })).stdout).toContain('viewer_1');
  const second = await runCli(['forget', '--user', '1001', '--channel', 'channel_2'], { env });
  expect(second.code).toBe(2);
  expect(second.stderr).toContain('Opt out everywhere');
  expect((await runCli(['forget', '--user', 'nobody_at_all'], { env })).stderr).toContain('Give the user id');
  // All digits is an id; with an @ it is a name, and nobody here is called so.
  const named = await runCli(['forget', '--user', '@1001', '--dry-run'], { env });
  expect(named.code).toBe(2);
  expect(named.stderr).toContain('nothing of a user named 1001');
});

test('what a running archiver read before the opt-out is held until it commits it', async () => {
  const settings = await bootstrappedSettings();
  const topic = settings.KAFKA_TOPIC_CHAT_MESSAGES;
  await produceRecords(settings, topic, [{ key: '1', value: 'one' }]);
  expect(await (await heldByArchiver(settings))()).toBe(0);

  const groupId = `${settings.KAFKA_APPLICATION_ID}-archiver`;
  const consumer = createKafka(settings, { clientId: 'test' }).consumer({ groupId });
  onTestFinished(() => consumer.disconnect());
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  const read = new Promise<{ partition: number; offset: string }>((resolve) => {
    void consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message: { offset } }) => resolve({ partition, offset }),
    });
  });
  const { partition, offset } = await read;
  const held = await heldByArchiver(settings);
  await produceRecords(settings, topic, [{ key: '1', value: 'sent after it was asked' }]);
  expect(await held()).toBe(1);
  await consumer.commitOffsets([{ topic, partition, offset: String(Number(offset) + 1) }]);
  expect(await held()).toBe(0);
});
