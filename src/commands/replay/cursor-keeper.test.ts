import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { readCursor } from '../../archive/replay-cursor.ts';
import type { ChatMessage } from '../../contract/chat-message.ts';
import { cursorKeeper } from './cursor-keeper.ts';
import { lineSink } from './sinks.ts';

const id = '0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a11';
const message: ChatMessage = {
  channel_id: '1',
  channel_name: 'forsen',
  message_id: id,
  user_id: '2',
  username: 'ann',
  message: 'x',
  timestamp: 0,
  emotes: [],
};

let file = '';
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'twitchstats-keeper-'));
  file = join(directory, 'cursor');
  vi.useFakeTimers({ toFake: ['performance'] });
  onTestFinished(() => {
    vi.useRealTimers();
    rmSync(directory, { recursive: true });
  });
});

/** Writes a line of 1 KiB for each of the messages 1 to `count`, one a millisecond, and keeps the place of each. */
async function replayed(count: number, held: number) {
  const target = lineSink(
    () => 'x'.repeat(1023),
    async () => undefined,
    held,
  );
  const keeper = cursorKeeper(file, '1', target);
  for (let timestamp = 1; timestamp <= count; timestamp += 1) {
    await target.write([message]);
    vi.advanceTimersByTime(1);
    await keeper.moved({ timestamp, message_id: id });
  }
  return keeper;
}

const place = async () => (await readCursor(file, '1'))?.timestamp;

it('keeps no place that lies in a pipe still: its reader may die with it', async () => {
  await replayed(1000, 65_536);
  expect(await place()).toBe(1000 - 64);
});

it('keeps the place that was written last in a file', async () => {
  await replayed(1000, 0);
  expect(await place()).toBe(1000);
});

it('keeps the exact place at an orderly end', async () => {
  const keeper = await replayed(1010, 65_536);
  await keeper.save(false);
  expect(await place()).toBe(1010);
});

it('keeps no place that lies in a pipe when it is cut short: Ctrl-C ends the reader too', async () => {
  const keeper = await replayed(1010, 65_536);
  await keeper.save(true);
  expect(await place()).toBe(1010 - 64);
});

it('keeps the exact place of a file when it is cut short', async () => {
  const keeper = await replayed(1010, 0);
  await keeper.save(true);
  expect(await place()).toBe(1010);
});

it('keeps a place once a second at most', async () => {
  await replayed(1500, 0);
  expect(await place()).toBe(1000);
});
