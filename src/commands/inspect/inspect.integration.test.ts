import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bootstrap } from '../../bootstrap/bootstrap.ts';
import { connectCassandra } from '../../cassandra/client.ts';
import type { Settings } from '../../config/settings.ts';
import { withAdmin } from '../../kafka/admin.ts';
import { createKafka } from '../../kafka/client.ts';
import { settingsEnv } from '../../stack/settings-env.ts';
import { archiveChat, chat, produceChat, produceRecords } from '../../testing/chat.ts';
import { dropAll } from '../../testing/own-settings.ts';
import { testSettings } from '../../testing/pipeline.ts';
import { runCli } from '../../testing/run-cli.ts';

const DAY_MS = 86_400_000;
const noon = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2;
const today = chat({ seed: 3, messages: 300, start: noon, stepMs: 10 });
const old = chat({ seed: 4, messages: 200, start: noon - 400 * DAY_MS, stepMs: 10 });
let settings: Settings;

beforeAll(async () => {
  settings = testSettings();
  await bootstrap(settings);
  await produceChat(settings, [
    ...today,
    { ...today[7], message_id: today[7]?.message_id } as (typeof today)[number],
  ]);
  await archiveChat(settings, [...today, ...old]);
  await produceDeadLetter('broken_json', '{"half"');
  await produceDeadLetter('timestamp_future', JSON.stringify({ ...today[0], message_id: randomUUID() }));
  await produceRecords(settings, settings.KAFKA_TOPIC_INGEST_EVENTS, [
    {
      key: 'forsen',
      value: JSON.stringify({
        type: 'gap',
        channel_name: 'forsen',
        from: noon,
        to: noon + 65_000,
        reason: 'reconnect',
      }),
    },
    {
      key: 'xqc',
      value: JSON.stringify({
        type: 'gap',
        channel_name: 'xqc',
        from: noon,
        to: noon + 1_000,
        reason: 'start',
      }),
    },
  ]);
});
afterAll(() => dropAll(settings));

async function inspect(...words: string[]) {
  const env = settingsEnv(settings);
  const { code, stdout, stderr } = await runCli(['inspect', ...words, '--json'], { env });
  expect([code, words[0], stderr.match(/^error.*/m)?.[0]]).toEqual([0, words[0], undefined]);
  const human = await runCli(['inspect', ...words], { env, terminal: { columns: 120, rows: 40 } });
  expect(human.code).toBe(0);
  // Two sentences at least that explain it, and none of them on stdout.
  expect(human.stderr).toMatch(/^\n\S.*\. \S.*\.\n/);
  return { data: JSON.parse(stdout), human: human.stdout };
}

describe('inspect', () => {
  it('topics: shows those of the contract with what is in them', async () => {
    const { data, human } = await inspect('topics');
    const [messages] = data.topics;
    expect(data.topics).toHaveLength(6);
    expect(messages).toMatchObject({
      partitions: 3,
      offsets: 301,
      cleanup: 'delete',
      timestamps: 'LogAppendTime',
    });
    expect(human).toMatch(new RegExp(`${settings.KAFKA_TOPIC_CHAT_MESSAGES} +3 +1 +301 +delete +7d`));
  });

  it('lag: is the end of the log minus what the group committed', async () => {
    await withAdmin(settings, (admin) =>
      admin.setOffsets({
        groupId: settings.KAFKA_GROUP_ID,
        topic: settings.KAFKA_TOPIC_CHAT_MESSAGES,
        partitions: [0, 1, 2].map((partition) => ({ partition, offset: '0' })),
      }),
    );
    const { data } = await inspect('lag');
    const ours = data.partitions.filter(({ group }: { group: string }) => group === settings.KAFKA_GROUP_ID);
    expect(ours.map(({ lag }: { lag: number }) => lag).reduce((a: number, b: number) => a + b)).toBe(301);
    expect(ours[0].state).toBe('Empty');
  });

  it('gaps: shows when a channel was not heard', async () => {
    const { data, human } = await inspect('gaps', '--since', '30d');
    expect(data.gaps.map(({ channel_name }: { channel_name: string }) => channel_name).sort()).toEqual([
      'forsen',
      'xqc',
    ]);
    expect(human).toMatch(/forsen +\S+ +1m 5s +reconnect/);
    expect((await inspect('gaps', 'XQC')).data.gaps).toHaveLength(1);
  });

  it('dead-letters: shows their classes, and sends them again', async () => {
    const { data, human } = await inspect('dead-letters');
    expect(data.classes).toEqual(expect.arrayContaining([{ class: 'broken_json', count: 1 }]));
    expect(human).toMatch(/broken_json +1/);
    expect(data.newest).toHaveLength(2);
    const env = settingsEnv(settings);
    const again = await runCli(
      ['inspect', 'dead-letters', '--class', 'timestamp_future', '--redrive', '--json'],
      { env },
    );
    expect(JSON.parse(again.stdout)).toMatchObject({ redriven: 1, not_redriven: 0 });
    expect((await inspect('topics')).data.topics[0].offsets).toBe(302);
  });

  it('message: follows one from being sent to its row, and shows that it came twice', async () => {
    const [, , , , , , , message] = today;
    const { data, human } = await inspect('message', message?.message_id.toUpperCase() ?? '');
    expect(data.message).toEqual(message);
    expect(data.steps.map(({ step }: { step: string }) => step)).toEqual([
      'sent',
      'in Kafka',
      'in Kafka',
      'counted',
      'archived',
    ]);
    expect(data.steps[0].at).toBe(message?.timestamp);
    expect(data.steps.at(-1).at).toBeGreaterThan(Date.now() - 600_000);
    expect(human).toContain('a row in Cassandra');
    const counted = data.steps.find(({ step }: { step: string }) => step === 'counted');
    expect(counted.where).toMatch(/of which nothing is published$/);
    const size = settings.WINDOW_SIZE_SECONDS * 1000;
    const start = Math.floor((message?.timestamp ?? 0) / size) * size;
    const publish = (at: number) =>
      runCli(
        [
          'cql',
          `INSERT INTO channel_window_stats (channel_id, window_start, message_count, updated_at) VALUES ('${message?.channel_id}', ${start}, 7, ${at})`,
        ],
        { env: settingsEnv(settings) },
      );
    await publish(1000);
    expect((await inspect('message', message?.message_id ?? '')).human).toContain(
      'not published since this came',
    );
    await publish(Date.now() + 60_000);
    expect((await inspect('message', message?.message_id ?? '')).human).toMatch(/: 7 messages as of /);
    const env = settingsEnv(settings);
    expect((await runCli(['inspect', 'message', randomUUID()], { env })).code).toBe(1);
  });

  it('message: finds one whose producer has ids of its own, by that id and by the one that is made of it', async () => {
    const [first] = today;
    if (first === undefined) throw new Error('no message');
    const own = { ...first, message_id: 'own-id-17', message: 'of another producer' };
    await produceChat(settings, [own]);
    const { data } = await inspect('message', 'own-id-17');
    expect(data.message).toMatchObject({ message: own.message });
    expect((await inspect('message', data.message.message_id)).data.message).toEqual(data.message);
  });

  it('partitions: counts rows by day, old days too', async () => {
    const { data, human } = await inspect('partitions', 'channel_70001');
    const [partition] = data.partitions;
    expect(partition).toMatchObject({ channel: 'channel_70001', channel_id: '70001', rows: 500 });
    expect(partition.days.map(({ rows }: { rows: number }) => rows)).toEqual([300, 200]);
    expect(partition.bytes).toBeGreaterThan(500 * 60);
    expect(human).toMatch(/channel_70001 +all +500/);
    expect((await inspect('partitions')).data.partitions).toHaveLength(1);
  });

  it('ttl: says how long rows have still to live, old chat as long as new chat', async () => {
    const { data } = await inspect('ttl', '70001');
    expect(data.days.map(({ rows }: { rows: number }) => rows)).toEqual([300, 200]);
    for (const { shortest_seconds } of data.days) {
      expect(shortest_seconds).toBeGreaterThan(604_800 - 3_600);
      expect(shortest_seconds).toBeLessThanOrEqual(604_800);
    }
  });

  it('compaction: shows the strategy of each table', async () => {
    const { data } = await inspect('compaction');
    const messages = data.tables.find(({ table }: { table: string }) => table === settings.CASSANDRA_TABLE);
    expect(messages).toMatchObject({
      strategy: 'TimeWindowCompactionStrategy',
      window: '1 days',
      default_ttl_seconds: 604_800,
    });
  });

  it('trace: shows the steps of a read', async () => {
    const { data, human } = await inspect('trace', 'channel_70001', '-n', '5');
    expect(data.rows).toBe(5);
    expect(data.events.length).toBeGreaterThan(3);
    expect(human).toMatch(/MICROSECONDS +NODE +STEP/);
  });

  it('consistency: tells what one node can answer and what it cannot', async () => {
    const { data } = await inspect('consistency');
    const answered = Object.fromEntries(
      data.levels.map((row: { level: string; answered: boolean }) => [row.level, row.answered]),
    );
    expect(answered).toMatchObject({ ONE: true, QUORUM: true, ALL: true, TWO: false, THREE: false });
  });

  it('batch: measures, and leaves nothing behind', async () => {
    const { data } = await inspect('batch', '--rows', '1000');
    expect(data.batches.map((row: { rows_a_batch: number }) => row.rows_a_batch)).toEqual([1, 10, 50, 100]);
    const { data: after } = await inspect('compaction');
    expect(after.tables.filter(({ table }: { table: string }) => table.startsWith('inspect_'))).toEqual([]);
  });

  it('knows a channel by # and its id, and one of which only windows are left', async () => {
    const days = async (channel: string) => (await inspect('ttl', channel)).data.days.length;
    const session = await connectCassandra(settings, { keyspace: settings.CASSANDRA_KEYSPACE });
    await session.query(
      'INSERT INTO channel_window_stats (channel_id, window_start, channel_name) VALUES (?, ?, ?)',
      ['70009', noon - DAY_MS, 'Gone'],
    );
    await session.query('INSERT INTO channels_by_name (channel_name, channel_id) VALUES (?, ?)', [
      'gone',
      '70009',
    ]);
    await session.close();
    expect(await Promise.all(['#70001', '70009', '#gone'].map(days))).toEqual([2, 0, 0]);
    expect((await inspect('ttl', 'GONE')).data.channel).toBe('Gone');
  });

  it('refuses a channel of a variable that is not set', async () => {
    for (const look of ['gaps', 'partitions', 'ttl', 'trace']) {
      const { code, stderr } = await runCli(['inspect', look, ''], { env: settingsEnv(settings) });
      expect([look, code, stderr]).toEqual([look, 2, expect.stringContaining('channel: ')]);
    }
  });

  it('names a channel that the archive does not know', async () => {
    const { code, stderr } = await runCli(['inspect', 'ttl', 'chanel_70001'], { env: settingsEnv(settings) });
    expect(code).toBe(1);
    expect(stderr).toContain('Did you mean channel_70001?');
  });
});

async function produceDeadLetter(kind: string, value: string): Promise<void> {
  const producer = createKafka(settings, { clientId: 'test' }).producer();
  await producer.connect();
  const headers = {
    'dead-letter.class': kind,
    'dead-letter.detail': 'a reason',
    'dead-letter.topic': settings.KAFKA_TOPIC_CHAT_MESSAGES,
    'dead-letter.partition': '1',
    'dead-letter.offset': '42',
  };
  await producer.send({
    topic: settings.KAFKA_TOPIC_DEAD_LETTERS,
    messages: [{ key: '70001', value, headers }],
  });
  await producer.disconnect();
}
