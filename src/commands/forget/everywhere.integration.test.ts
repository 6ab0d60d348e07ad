import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Settings } from '../../config/settings.ts';
import { readOptOuts } from '../../kafka/opt-outs.ts';
import { wholeTopic } from '../../kafka/whole-topic.ts';
import { type ChatServer, startChatServer } from '../../simulator/server.ts';
import { freePorts } from '../../stack/ports.ts';
import { settingsEnv } from '../../stack/settings-env.ts';
import { produceRecords } from '../../testing/chat.ts';
import { bootstrappedSettings } from '../../testing/pipeline.ts';
import { startProcessor } from '../../testing/processor.ts';
import { runCli } from '../../testing/run-cli.ts';
import { startApi } from '../../testing/running-api.ts';

const never = new AbortController().signal;
const theirs = { id: '66600042', name: 'secret_viewer', text: 'zanzibar' };
const other = { id: '10000001', name: 'other_viewer' };
const room = { id: '70001', name: 'alpha_room' };
const traces = [theirs.id, theirs.name, theirs.text];

function tracesIn(text: string): string[] {
  return traces.filter((trace) => text.includes(trace));
}

async function newServer(): Promise<ChatServer> {
  const server = await startChatServer({ port: 0, roomId: () => room.id });
  onTestFinished(() => server.close());
  return server;
}

/** All at once: a window that ended in the middle of a test would be another count. */
const sentAt = Date.now();

/** @returns the message's id */
function say(server: ChatServer, { id, name }: { id: string; name: string }, text: string): string {
  const messageId = randomUUID();
  const tags = `emotes=;id=${messageId};room-id=${room.id};tmi-sent-ts=${sentAt};user-id=${id}`;
  server.broadcast(
    room.name,
    `@${tags} :${name}!${name}@${name}.tmi.twitch.tv PRIVMSG #${room.name} :${text}`,
  );
  server.flush();
  return messageId;
}

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'forget-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
}

async function startIngest(settings: Settings, home: string, server: ChatServer, kafka?: string) {
  const [port = 0] = await freePorts(1);
  const stop = new AbortController();
  const done = runCli(['--home', home, 'ingest', room.name], {
    env: {
      ...settingsEnv(settings),
      TWITCH_IRC_URL: server.url,
      INGEST_HTTP_PORT: String(port),
      ...(kafka === undefined ? {} : { KAFKA_BROKERS: kafka }),
    },
    signal: stop.signal,
    cwd: home,
  });
  const end = async () => {
    stop.abort();
    return done;
  };
  onTestFinished(async () => {
    await end();
  });
  await eventually(() => expect(server.listeners(room.name)).toBe(1));
  const counters = async () =>
    JSON.parse(await (await fetch(`http://127.0.0.1:${port}/health`)).text()).counters;
  return { end, counters };
}

function eventually(assert: () => void | Promise<void>): Promise<void> {
  return vi.waitFor(assert, { timeout: 60_000, interval: 100 });
}

async function valuesOf(settings: Settings, topic: string): Promise<string[]> {
  const values: string[] = [];
  for await (const { value } of wholeTopic(settings, { topic, clientId: 'test' }, never))
    values.push(String(value));
  return values;
}

/** The last value of each key, which is what a compacted topic says. */
async function newestOf(settings: Settings, topic: string): Promise<string> {
  const newest = new Map<string, string>();
  for await (const { key, value } of wholeTopic(settings, { topic, clientId: 'test' }, never))
    newest.set(String(key), String(value));
  return [...newest.values()].join('\n');
}

/** Every row of every table. */
async function wholeKeyspace(settings: Settings): Promise<string> {
  const cql = async (statement: string) =>
    (await runCli(['cql', statement, '--json'], { env: settingsEnv(settings) })).stdout;
  const keyspace = settings.CASSANDRA_KEYSPACE;
  const { rows } = JSON.parse(
    await cql(`SELECT table_name FROM system_schema.tables WHERE keyspace_name = '${keyspace}'`),
  );
  expect(rows.length).toBeGreaterThan(3);
  const tables = rows.map(({ table_name }: { table_name: string }) =>
    cql(`SELECT * FROM ${keyspace}.${table_name}`),
  );
  return (await Promise.all(tables)).join('\n');
}

test('of who is forgotten nothing is found anywhere, and nothing is taken again', async () => {
  const settings = await bootstrappedSettings({ LOG_LEVEL: 'warn' });
  const env = settingsEnv(settings);
  const processor = await startProcessor(settings);
  onTestFinished(() => processor.stop());
  const api = await startApi(settings);
  const server = await newServer();
  const home = await newHome();
  const ingest = await startIngest(settings, home, server);
  const ask = async (path: string) => (await fetch(`${api.url}/api${path}`)).text();

  const [first = ''] = Array.from({ length: 30 }, (_, index) =>
    say(server, theirs, `${theirs.text} ${index}`),
  );
  for (let index = 0; index < 20; index++) say(server, other, `hello ${index}`);
  await produceRecords(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES, [
    { key: room.id, value: `{"user_id":"${theirs.id}","message":"${theirs.text} half` },
    { key: room.id, value: `{"user_id":"${other.id}","message":"hello, viewer ${theirs.id.slice(1)}` },
  ]);
  await eventually(async () => {
    expect(await wholeKeyspace(settings)).toContain(`${theirs.text} 29`);
    expect(JSON.parse(await ask(`/channels/${room.name}/stats`)).message_count).toBe(50);
    expect(tracesIn(await newestOf(settings, settings.KAFKA_TOPIC_STATS))).toEqual(traces.slice(0, 2));
    expect(tracesIn(await ask(`/channels/${room.name}/stats/history`))).toEqual(traces.slice(0, 2));
    expect(await valuesOf(settings, settings.KAFKA_TOPIC_DEAD_LETTERS)).toHaveLength(2);
  });

  const forgotten = await runCli(['forget', '--user', theirs.name, '--json'], { env });
  expect(forgotten.code, forgotten.stderr).toBe(0);
  expect(JSON.parse(forgotten.stdout)).toMatchObject({ messages_deleted: 30, dead_letters_erased: 1 });

  await eventually(async () => {
    say(server, theirs, `${theirs.text} again`);
    expect((await ingest.counters()).opted_out).toBeGreaterThan(0);
  });
  const logged = (await valuesOf(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES)).length;
  for (let index = 0; index < 5; index++) say(server, theirs, `${theirs.text} once more`);
  const last = say(server, other, 'the last word');
  await eventually(async () => {
    const later = (await valuesOf(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES)).slice(logged);
    expect(later.some((value) => value.includes(last))).toBe(true);
  });

  await eventually(async () => expect(await wholeKeyspace(settings)).toContain('the last word'));
  await eventually(async () => {
    expect(tracesIn(await newestOf(settings, settings.KAFKA_TOPIC_STATS))).toEqual([]);
    expect(tracesIn(await newestOf(settings, settings.KAFKA_TOPIC_WINDOWS))).toEqual([]);
    expect(JSON.parse(await ask(`/channels/${room.name}/stats`)).message_count).toBe(51);
  });
  const later = (await valuesOf(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES)).slice(logged);
  expect(later.flatMap(tracesIn)).toEqual([]);
  expect(tracesIn(await wholeKeyspace(settings))).toEqual([]);
  const letters = await valuesOf(settings, settings.KAFKA_TOPIC_DEAD_LETTERS);
  expect([letters.length, letters.flatMap(tracesIn)]).toEqual([1, []]);
  for (const path of [
    '/channels',
    `/channels/${room.name}/stats`,
    `/channels/${room.name}/stats/history`,
    `/channels/${room.name}/messages`,
    `/channels/${room.name}/users/${theirs.id}/messages`,
  ]) {
    expect([path, tracesIn((await ask(path)).replaceAll(path, ''))]).toEqual([path, []]);
  }
  const withApi = { ...env, TWITCHSTATS_API_URL: `${api.url}/api` };
  for (const command of [
    ['tail', '--since', '1h'],
    ['replay', room.name],
    ['stats', room.name, '--json'],
    ['stats', room.name, '--history', '--json'],
    ['watch', room.name, '--once'],
    ['inspect', 'dead-letters', '--json'],
    ['inspect', 'message', first],
  ]) {
    const { stdout, stderr } = await runCli(command, { env: withApi });
    expect([command, tracesIn(stdout + stderr)]).toEqual([command, []]);
  }
  expect((await runCli(['tail', '--since', '1h'], { env })).stdout).toContain('the last word');
}, 240_000);

test('what lay on disk when they opted out stays there no longer, and goes nowhere', async () => {
  const settings = await bootstrappedSettings();
  const server = await newServer();
  const home = await newHome();
  const before = await startIngest(settings, home, server, '127.0.0.1:1');
  say(server, theirs, theirs.text);
  say(server, other, 'hello');
  await eventually(async () => expect((await before.counters()).messages).toBe(2));
  await before.end();
  const spool = join(home, 'data', 'ingest', 'spool');
  const onDisk = async () =>
    (await Promise.all((await readdir(spool)).map((file) => readFile(join(spool, file), 'utf8')))).join('\n');
  expect(tracesIn(await onDisk())).toEqual(traces);

  await runCli(['forget', '--user', theirs.id], { env: settingsEnv(settings) });
  expect((await readOptOuts(settings, never)).has(theirs.id)).toBe(true);
  const after = await startIngest(settings, home, server);
  await eventually(async () => {
    const values = await valuesOf(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES);
    expect(values.some((value) => value.includes('hello'))).toBe(true);
  });
  await eventually(async () => expect((await after.counters()).spooled).toBe(0));
  expect((await after.counters()).opted_out).toBe(1);
  const values = await valuesOf(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES);
  expect(values.flatMap(tracesIn)).toEqual([]);
  expect(tracesIn(await onDisk())).toEqual([]);
}, 120_000);
