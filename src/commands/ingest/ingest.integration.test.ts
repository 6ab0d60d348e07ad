import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { Settings } from '../../config/settings.ts';
import { gapEventSchema } from '../../contract/ingest-event.ts';
import { partitionOf } from '../../kafka/murmur2.ts';
import { playChat } from '../../simulator/chat-player.ts';
import { createFilePlayer, toLineFile } from '../../simulator/file-player.ts';
import { type Ledger, memoryLedger } from '../../simulator/ledger.ts';
import { startChatServer } from '../../simulator/server.ts';
import { settingsEnv } from '../../stack/settings-env.ts';
import { readTopic } from '../../testing/ledger/readers.ts';
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
    await new Promise((resolve) => setTimeout(resolve, 200));
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
  const result = await runCli(['--home', await newHome(), 'ingest', '--stdin'], {
    env: { ...settingsEnv(settings), INGEST_HTTP_PORT: '0' },
    stdin: `${chat.lines.join('\r\n')}\r\n`,
  });
  expect(result.code, result.stderr).toBe(0);
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
  await new Promise((resolve) => setTimeout(resolve, 300));
  const stoppedAt = Date.now();
  before.stop();
  expect((await before.done).code).toBe(0);
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
  for (const gap of gaps) expect(Math.abs(gap.from - stoppedAt)).toBeLessThan(1000);
});

it('loses nothing that it does not own up to when it is killed under load', async () => {
  const settings = await bootstrappedSettings();
  const home = await newHome();
  const ledger = memoryLedger();
  const server = await newServer(ledger);
  const start = () =>
    spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, '--', home], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      env: { ...process.env, ...settingsEnv(settings), INGEST_HTTP_PORT: '0', TWITCH_IRC_URL: server.url },
      stdio: 'ignore',
    });
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  let victim = start();
  onTestFinished(() => {
    victim.kill('SIGKILL');
  });
  const playing = playChat(
    { server, channels: ['alpha_room'], rate: 1000, seed: 3, lines: 8000 },
    stop.signal,
  );
  for (let round = 0; round < 2; round++) {
    while (server.listeners('alpha_room') === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 1500));
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    victim = start();
  }
  await playing;
  while (server.listeners('alpha_room') === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  victim.kill('SIGTERM');
  await once(victim, 'exit');

  const found = (await messagesIn(settings)).map(({ message_id }) => String(message_id));
  const gaps = await gapsIn(settings);
  const sent = ledger.entries.flatMap((entry) => (entry.type === 'line' && entry.id ? [entry] : []));
  const got = new Set(found);
  const lost = sent.filter(({ id }) => !got.has(String(id)));
  expect(sent).toHaveLength(8000);
  expect(lost.length).toBeGreaterThan(0);
  expect(lost.length).toBeLessThan(8000);
  expect(lost.filter(({ at }) => !gaps.some(({ from, to }) => at >= from - 50 && at <= to + 50))).toEqual([]);
});

const script = `
  const { main } = await import('./src/main.ts');
  process.exitCode = await main(['--home', process.argv.at(-1), 'ingest', 'alpha_room']);
`;
