import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Settings } from '../../config/settings.ts';
import { gapEventSchema } from '../../contract/ingest-event.ts';
import { partitionOf } from '../../kafka/murmur2.ts';
import { playChat } from '../../simulator/chat-player.ts';
import { createFilePlayer, toLineFile } from '../../simulator/file-player.ts';
import { type Ledger, memoryLedger } from '../../simulator/ledger.ts';
import { roomIdOf } from '../../simulator/rooms.ts';
import { startChatServer } from '../../simulator/server.ts';
import { acquireLock } from '../../stack/lock.ts';
import { freePorts } from '../../stack/ports.ts';
import { settingsEnv } from '../../stack/settings-env.ts';
import { readTopic } from '../../testing/ledger/readers.ts';
import { startTcpProxy } from '../../testing/ledger/tcp-proxy.ts';
import { bootstrappedSettings } from '../../testing/pipeline.ts';
import { rawChat } from '../../testing/raw-lines.ts';
import { runCli } from '../../testing/run-cli.ts';

const chat = rawChat({
  seed: 21,
  lines: 4000,
  channels: [
    { name: 'alpha_room', id: '70001' },
    { name: 'beta_room', id: '70002' },
  ],
  start: Date.UTC(2019, 0, 1, 12),
  end: Date.UTC(2019, 0, 1, 12, 15),
});

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'ingest-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  return home;
}

async function newServer(ledger?: Ledger, onJoined?: () => void, roomIds?: ReadonlyMap<string, string>) {
  const server = await startChatServer({
    port: 0,
    ...(ledger === undefined ? {} : { ledger }),
    ...(onJoined === undefined ? {} : { onJoined }),
    roomId: (channel) => roomIds?.get(channel),
  });
  onTestFinished(() => server.close());
  return server;
}

async function messagesIn(settings: Settings) {
  const records = await readTopic(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES);
  return records.map(({ partition, key, value }) => ({ partition, key, ...JSON.parse(String(value)) }));
}

/** The first of each id: a batch whose answer got lost is there twice. */
async function distinctMessagesIn(settings: Settings) {
  const messages = await messagesIn(settings);
  return [
    ...new Map([...messages].reverse().map((message) => [message.message_id, message])).values(),
  ].reverse();
}

async function gapsIn(settings: Settings) {
  const records = await readTopic(settings, settings.KAFKA_TOPIC_INGEST_EVENTS);
  return records.map(({ value }) => gapEventSchema.parse(JSON.parse(String(value))));
}

/** Asks until `ready` says yes. */
async function eventually<T>(ask: () => Promise<T>, ready: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (ready(answer)) return answer;
    await sleep(200);
  }
}

function ingest(
  settings: Settings,
  home: string,
  args: readonly string[],
  overrides: Record<string, string> = {},
) {
  const stop = new AbortController();
  const done = runCli(['--home', home, 'ingest', ...args], {
    env: { ...settingsEnv(settings), INGEST_HTTP_PORT: '0', ...overrides },
    signal: stop.signal,
    cwd: home,
  });
  return { done, stop: () => stop.abort() };
}

it('brings every PRIVMSG of a file into Kafka: once, equal, in order, where Java would put it', async () => {
  const settings = await bootstrappedSettings();
  const file = toLineFile(chat.lines);
  const server = await newServer(undefined, () => player.joined(), file.roomIds);
  const player = createFilePlayer({ file, server, rate: 4000 });
  const running = ingest(settings, await newHome(), file.channels, { TWITCH_IRC_URL: server.url });
  await player.play(new AbortController().signal);
  const messages = await eventually(
    () => distinctMessagesIn(settings),
    (found) => found.length >= chat.messages.length,
  );
  running.stop();
  expect((await running.done).code).toBe(0);
  for (const id of ['70001', '70002']) {
    const sent = chat.messages.filter(({ channelId }) => channelId === id);
    const found = messages.filter((message) => message.channel_id === id);
    expect(found.map((message) => [message.message_id, message.message, message.emotes])).toEqual(
      sent.map(({ messageId, text, emotes }) => [messageId, text, emotes]),
    );
    expect(new Set(found.map(({ key }) => key))).toEqual(new Set([id]));
    expect(new Set(found.map(({ partition }) => partition))).toEqual(new Set([partitionOf(id, 3)]));
  }
});

it('reads raw lines from stdin through the very same path', async () => {
  const settings = await bootstrappedSettings();
  const home = await newHome();
  // As beside an ingestor that runs: it has its own book of what it heard, its own spool and this port.
  const heard = join(home, 'data', 'ingest', 'heard.json');
  await mkdir(dirname(heard), { recursive: true });
  const book = JSON.stringify({ heard_until: { alpha_room: Date.now() - 1000 } });
  await writeFile(heard, book);
  const lock = acquireLock(join(dirname(heard), 'lock'), home);
  expect(lock).toHaveProperty('release');
  const taken = await newServer();
  const result = await runCli(['--home', home, 'ingest', '--stdin'], {
    env: { ...settingsEnv(settings), INGEST_HTTP_PORT: String(taken.port) },
    stdin: `${chat.lines.join('\r\n')}\r\n`,
  });
  expect(result.code, result.stderr).toBe(0);
  expect(await readFile(heard, 'utf8')).toBe(book);
  const messages = await distinctMessagesIn(settings);
  expect(messages.map(({ message_id }) => message_id).sort()).toEqual(
    chat.messages.map(({ messageId }) => messageId).sort(),
  );
});

it('keeps what it heard while Kafka was away, over a restart, and says when it was not running', async () => {
  const settings = await bootstrappedSettings();
  const home = await newHome();
  const ledger = memoryLedger();
  const server = await newServer(ledger);
  const url = { TWITCH_IRC_URL: server.url };
  const channels = ['alpha_room', 'beta_room'];

  const before = ingest(settings, home, channels, { ...url, KAFKA_BROKERS: '127.0.0.1:1' });
  await playChat({ server, channels, rate: 500, seed: 1, lines: 800 }, new AbortController().signal);
  await sleep(300);
  const stoppedAt = Date.now();
  before.stop();
  expect((await before.done).code).toBe(0);
  const endedAt = Date.now();
  expect(await messagesIn(settings)).toEqual([]);

  const after = ingest(settings, home, channels, url);
  const sent = ledger.entries.flatMap((entry) => (entry.type === 'line' && entry.id ? [entry.id] : []));
  const messages = await eventually(
    () => distinctMessagesIn(settings),
    (found) => found.length >= sent.length,
  );
  after.stop();
  await after.done;
  expect(messages.map(({ message_id }) => message_id).sort()).toEqual(sent.sort());
  const gaps = (await gapsIn(settings)).filter(({ reason }) => reason === 'the ingestor was not running');
  expect(gaps.map(({ channel_name }) => channel_name).sort()).toEqual(channels);
  for (const { from } of gaps) {
    expect(from).toBeGreaterThan(stoppedAt - 1000);
    expect(from).toBeLessThanOrEqual(endedAt);
  }
  // Twitch tells the id behind the JOIN that ends the gap; the run before knew it.
  expect(gaps.map(({ channel_id }) => channel_id).sort()).toEqual(channels.map(roomIdOf).sort());
});

it('loses nothing that it does not own up to when it is killed under load', async () => {
  const settings = await bootstrappedSettings();
  const home = await newHome();
  const ledger = memoryLedger();
  const server = await newServer(ledger);
  const env = { ...settingsEnv(settings), TWITCH_IRC_URL: server.url };
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  let victim = spawnIngest(env, home);
  const playing = playChat(
    { server, channels: ['alpha_room'], rate: 1000, seed: 3, lines: 8000 },
    stop.signal,
  );
  for (let round = 0; round < 2; round++) {
    while (server.listeners('alpha_room') === 0) await sleep(10);
    await sleep(1500);
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    victim = spawnIngest(env, home);
  }
  await playing;
  while (server.listeners('alpha_room') === 0) await sleep(10);
  await sleep(1000);
  victim.kill('SIGTERM');
  await once(victim, 'exit');

  const { sent, lost } = await expectAllAccountedFor(settings, ledger);
  expect(sent).toBe(8000);
  expect(lost).toBeGreaterThan(0);
  expect(lost).toBeLessThan(8000);
});

it('tells what a full spool could not keep, over a kill -9 and a restart, once Kafka is back', {
  timeout: 120_000,
}, async () => {
  const settings = await bootstrappedSettings();
  const home = await newHome();
  const ledger = memoryLedger();
  const server = await newServer(ledger);
  const [port = 0] = await freePorts(1);
  const env = {
    ...settingsEnv(settings),
    TWITCH_IRC_URL: server.url,
    KAFKA_BROKERS: `127.0.0.1:${port}`,
  };
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const playing = playChat({ server, channels: ['alpha_room'], rate: 200, seed: 5, lines: 1e6 }, stop.signal);
  // Longer than it takes until the first gaps are told, and find no room either.
  for (const [signal, afterMs] of [
    ['SIGKILL', 12_000],
    ['SIGTERM', 3000],
  ] as const) {
    const victim = spawnIngest(env, home, '--spool-limit', '20K');
    while (server.listeners('alpha_room') === 0) await sleep(10);
    await sleep(afterMs);
    victim.kill(signal);
    await once(victim, 'exit');
  }
  const last = spawnIngest(env, home, '--spool-limit', '20K');
  while (server.listeners('alpha_room') === 0) await sleep(10);
  await sleep(12_000);
  const kafka = await startTcpProxy(port, Number(settings.KAFKA_BROKERS[0]?.split(':')[1]));
  onTestFinished(() => kafka.close());
  await eventually(
    () => gapsIn(settings),
    (gaps) => gaps.some(({ reason }) => reason === 'spool full'),
  );
  stop.abort();
  await playing;
  await sleep(500);
  last.kill('SIGTERM');
  await once(last, 'exit');
  const { sent, lost } = await expectAllAccountedFor(settings, ledger);
  expect(lost).toBeGreaterThan(0);
  expect(lost).toBeLessThan(sent);
});

/** @returns how many lines were sent and how many lost, each of these in a gap */
async function expectAllAccountedFor(
  settings: Settings,
  ledger: Pick<ReturnType<typeof memoryLedger>, 'entries'>,
) {
  const got = new Set((await messagesIn(settings)).map(({ message_id }) => String(message_id)));
  const gaps = await gapsIn(settings);
  const sent = ledger.entries.flatMap((entry) => (entry.type === 'line' && entry.id ? [entry] : []));
  const lost = sent.filter(({ id }) => !got.has(String(id)));
  expect(lost.filter(({ at }) => !gaps.some(({ from, to }) => at >= from - 50 && at <= to + 50))).toEqual([]);
  return { sent: sent.length, lost: lost.length };
}

/** `twitchstats ingest` in a process of its own, which can be killed. */
function spawnIngest(env: Record<string, string>, home: string, ...args: string[]) {
  const argv = JSON.stringify(['--home', home, 'ingest', 'alpha_room', ...args]);
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', script, '--', argv],
    {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      env: { ...process.env, INGEST_HTTP_PORT: '0', ...env },
      stdio: 'ignore',
    },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

const script = `
  const { main } = await import('./src/main.ts');
  process.exitCode = await main(JSON.parse(process.argv.at(-1)));
`;
