import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { expect, it, onTestFinished, vi } from 'vitest';
import { settingsSchema } from '../../config/settings.ts';
import { startChatServer } from '../../simulator/server.ts';
import { freePorts } from '../../stack/ports.ts';
import { createHeardFile } from './heard-file.ts';
import { Ingestor } from './ingestor.ts';

/** An ingestor after one that was killed five seconds ago, with a Twitch of its own and no Kafka. */
async function afterKill() {
  const directory = await mkdtemp(join(tmpdir(), 'ingestor-'));
  const twitch = await startChatServer({ port: 0 });
  const [nobody] = await freePorts(1);
  const heard = createHeardFile(join(directory, 'heard.json'));
  const killedAt = Date.now() - 5000;
  heard.write(new Map([['alpha', killedAt]]), new Map());
  const ingestor = new Ingestor({
    settings: settingsSchema.parse({ KAFKA_BROKERS: `127.0.0.1:${nobody}`, TWITCH_IRC_URL: twitch.url }),
    logger: pino({ level: 'silent' }),
    directory,
    includeMirrored: false,
    readers: 1,
    joinsPer10s: 100,
    rotateMs: 0,
    spoolLimitBytes: 1_000_000,
    tellsLosses: true,
  });
  const ended = new AbortController();
  let reading: Promise<void> | undefined;
  onTestFinished(async () => {
    ended.abort();
    await reading;
    await ingestor.close(0);
    vi.restoreAllMocks();
    await twitch.close();
    await rm(directory, { recursive: true, force: true });
  });
  const read = () => {
    reading = ingestor.reader.run(ended.signal);
  };
  return { ingestor, read, heard, killedAt, spool: join(directory, 'spool') };
}

it('takes no gap for told that a kill -9 would lose, at whatever millisecond it was told', async () => {
  const { ingestor, read, heard, killedAt, spool } = await afterKill();
  // Two looks at the clock never see the same millisecond.
  const clock = Date.now;
  let looks = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => clock() + ++looks);
  await ingestor.start();
  ingestor.setChannels(['alpha']);
  read();
  // The gap is told when the channel is joined, and lies in memory until Kafka was away for a while.
  for (;;) {
    const mark = heard.read().until.get('alpha');
    if ((await textIn(spool)) !== '') break;
    expect(mark).toBeLessThanOrEqual(killedAt);
    await sleep(20);
  }
});

it('begins the gap at the kill, though the list of channels was empty for a while', async () => {
  const { ingestor, read, heard, killedAt, spool } = await afterKill();
  await ingestor.start();
  ingestor.setChannels([]);
  read();
  // It has written its book more than once by then.
  await vi.waitUntil(() => heard.read().writtenAt > killedAt + 5500, { timeout: 20_000 });
  ingestor.setChannels(['alpha']);
  const told = await vi.waitUntil(() => textIn(spool), { timeout: 20_000 });
  expect(told).toContain(`"channel_name":"alpha","from":${killedAt}`);
});

it('tells what a kill cost in a channel that is wanted no more', async () => {
  const { ingestor, read, killedAt, spool } = await afterKill();
  await ingestor.start();
  ingestor.setChannels(['beta']);
  read();
  const told = await vi.waitUntil(() => textIn(spool), { timeout: 20_000 });
  expect(told).toContain(`"channel_name":"alpha","from":${killedAt}`);
});

/** What lies in the files of a directory; values of records are JSON in JSON. */
async function textIn(directory: string): Promise<string> {
  const names = await readdir(directory);
  const texts = names.map((name) => readFile(join(directory, name), 'utf8'));
  return (await Promise.all(texts)).join('').replaceAll('\\"', '"');
}
