import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCursor, writeCursor } from './replay-cursor.ts';

const cursor = { timestamp: 1_784_030_400_501, message_id: '0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a11' };

describe('the cursor of a replay', () => {
  let directory: string;
  let file: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cursor-'));
    file = join(directory, 'forsen.cursor');
  });

  afterEach(() => rm(directory, { recursive: true }));

  it('is found again as it was written, and leaves nothing beside it', async () => {
    await writeCursor(file, '70001', { timestamp: 1, message_id: cursor.message_id });
    await writeCursor(file, '70001', cursor);
    expect(await readCursor(file, '70001')).toEqual(cursor);
    expect(await readdir(directory)).toEqual(['forsen.cursor']);
  });

  it('is none before the first run', async () => {
    expect(await readCursor(file, '70001')).toBeUndefined();
  });

  it('is not taken for another channel’s', async () => {
    await writeCursor(file, '70001', cursor);
    await expect(readCursor(file, '70002')).rejects.toThrow('stands in another channel');
  });

  it.each(['', '{}', 'notes of mine', '{"channel_id":"70001","timestamp":1,"message_id":"x"}'])(
    'is not read from a file that holds %j',
    async (content) => {
      await writeFile(file, content);
      await expect(readCursor(file, '70001')).rejects.toThrow('is not what `replay --resume` writes');
    },
  );

  it('says where it cannot be written', async () => {
    await expect(writeCursor(join(directory, 'no', 'such'), '70001', cursor)).rejects.toThrow('Cannot write');
  });
});
