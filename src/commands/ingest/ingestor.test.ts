import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
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

it('takes no gap for told that a kill -9 would lose, at whatever millisecond it was told', async () => {
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
  // Two looks at the clock never see the same millisecond.
  const clock = Date.now;
  let looks = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => clock() + ++looks);
  await ingestor.start();
  ingestor.setChannels(['alpha']);
  const reading = ingestor.reader.run(ended.signal);
  onTestFinished(async () => {
    ended.abort();
    await reading;
    await ingestor.close(0);
    vi.restoreAllMocks();
    await twitch.close();
    await rm(directory, { recursive: true, force: true });
  });
  // The gap is told when the channel is joined, and lies in memory until Kafka was away for a while.
  for (;;) {
    const mark = heard.read().until.get('alpha');
    if (await isOnDisk(join(directory, 'spool'))) break;
    expect(mark).toBeLessThanOrEqual(killedAt);
    await sleep(20);
  }
});

async function isOnDisk(spool: string): Promise<boolean> {
  for (const name of await readdir(spool)) if ((await stat(join(spool, name))).size > 0) return true;
  return false;
}
