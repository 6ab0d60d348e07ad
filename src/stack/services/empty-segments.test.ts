import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { removeEmptySegments } from './empty-segments.ts';

it('deletes segments that hold nothing, and no others', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'commitlog-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const segment = async (name: string, start: string, size: number, end = '') => {
    await writeFile(join(directory, name), start);
    await truncate(join(directory, name), size);
    await writeFile(join(directory, name), end, { flag: 'a' });
  };
  await segment('CommitLog-8-1.log', '\0\0\0\b', 3e6);
  await segment('CommitLog-8-2.log', '', 3e6);
  await segment('CommitLog-8-3.log', '', 3e6, 'x');
  await segment('CommitLog-8-4.log', '', 0);
  await segment('CommitLog-8-5_cdc.idx', '', 10);
  await removeEmptySegments(directory);
  expect((await readdir(directory)).sort()).toEqual([
    'CommitLog-8-1.log',
    'CommitLog-8-3.log',
    'CommitLog-8-5_cdc.idx',
  ]);
});

it('finds nothing to do before the first start', async () => {
  await removeEmptySegments(join(tmpdir(), 'no such commit log'));
});
