import { expect, test } from 'vitest';
import { connectCassandra } from '../../cassandra/client.ts';
import { bootstrappedSettings } from '../../testing/pipeline.ts';
import { runCli } from '../../testing/run-cli.ts';

async function archive() {
  const settings = await bootstrappedSettings();
  const env = {
    CASSANDRA_HOSTS: settings.CASSANDRA_HOSTS.join(','),
    CASSANDRA_KEYSPACE: settings.CASSANDRA_KEYSPACE,
    KAFKA_BROKERS: settings.KAFKA_BROKERS.join(','),
  };
  const session = await connectCassandra(settings, { keyspace: settings.CASSANDRA_KEYSPACE });
  for (let index = 0; index < 3; index += 1) {
    await session.query(
      'INSERT INTO raw_chat_messages (channel_id, timestamp, message_id, user_id, username, message, emotes) ' +
        'VALUES (?, ?, ?, ?, ?, ?, ?)',
      [
        '1',
        1_784_030_400_501 + index,
        `0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a1${index}`,
        '9',
        'viewer',
        `hi \u001b[2J${index}`,
        ['Kappa'],
      ],
    );
  }
  await session.close();
  return { env };
}

test('a SELECT is a table, with chat made harmless', async () => {
  const { code, stdout } = await runCli(
    ['cql', 'SELECT timestamp, message, emotes FROM raw_chat_messages LIMIT 1'],
    await archive(),
  );
  expect(code).toBe(0);
  expect(stdout).toBe('timestamp      message  emotes\n1784030400503  hi 2     ["Kappa"]\n');
});

test('--json gives the rows as they are; --limit cuts and says so', async () => {
  const { stdout, stderr } = await runCli(
    ['cql', 'SELECT timestamp, message, message_id FROM raw_chat_messages', '--json', '--limit', '2'],
    await archive(),
  );
  expect(JSON.parse(stdout)).toEqual({
    rows: [
      {
        timestamp: 1_784_030_400_503,
        message: 'hi \u001b[2J2',
        message_id: '0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a12',
      },
      {
        timestamp: 1_784_030_400_502,
        message: 'hi \u001b[2J1',
        message_id: '0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a11',
      },
    ],
    more: true,
  });
  expect(stderr).toBe('There are more rows than 2: see --limit.\n');
});

test('a statement without rows says so, and not on stdout', async () => {
  const statement = "INSERT INTO channels_by_name (channel_name, channel_id) VALUES ('x', '1')";
  const served = await archive();
  expect(await runCli(['cql', statement], served)).toEqual({ code: 0, stdout: '', stderr: 'done\n' });
  const json = await runCli(['cql', statement, '--json'], served);
  expect(JSON.parse(json.stdout)).toEqual({ rows: [], more: false });
});

test('a refused statement is CQL_FAILED in the server’s own words', async () => {
  const served = await archive();
  const { code, stderr } = await runCli(['cql', 'SELEC 1', '--json'], served);
  expect(code).toBe(1);
  expect(JSON.parse(stderr).error).toMatchObject({
    code: 'CQL_FAILED',
    detail: expect.stringContaining('no viable alternative'),
  });
  const missing = await runCli(['cql', 'SELECT * FROM nothing', '--json'], served);
  expect(missing.code).toBe(3);
  expect(JSON.parse(missing.stderr).error.code).toBe('CASSANDRA_SCHEMA_MISSING');
});

test('--tracing adds the steps, also of a statement without rows', async () => {
  const inArchive = await archive();
  const read = await runCli(
    ['cql', '--tracing', 'SELECT message FROM raw_chat_messages', '--json'],
    inArchive,
  );
  expect(read.code, read.stderr).toBe(0);
  const { rows, trace } = JSON.parse(read.stdout);
  expect(rows).toHaveLength(3);
  expect(trace.duration_us).toBeGreaterThan(0);
  expect(trace.events.length).toBeGreaterThan(2);
  const insert = "INSERT INTO channels_by_name (channel_name, channel_id) VALUES ('a', '1')";
  const written = await runCli(['cql', '--tracing', insert], inArchive);
  expect(written.stdout).toMatch(/^Trace [0-9a-f-]{36}: [\d.]+ ms inside Cassandra\nMICROSECONDS/);
});

test('--consistency is what Cassandra is asked for: one node cannot answer TWO', async () => {
  const inArchive = await archive();
  const select = ['cql', 'SELECT message FROM raw_chat_messages'];
  const quorum = await runCli([...select, '--consistency', 'quorum'], inArchive);
  expect(quorum.code, quorum.stderr).toBe(0);
  const two = await runCli([...select, '--consistency', 'TWO'], inArchive);
  expect(two.code).not.toBe(0);
  expect(two.stderr).toMatch(/too few live replicas[\s\S]*TWO[\s\S]*CASSANDRA_CONSISTENCY/);
  expect((await runCli([...select, '--consistency', 'MOST'], inArchive)).code).toBe(2);
});
