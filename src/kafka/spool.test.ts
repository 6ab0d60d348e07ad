import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { fullDisk, noSpaceLeft } from '../testing/full-disk.ts';
import { type LostOnDisk, type OutgoingRecord, Spool } from './spool.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spool-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const records = (from: number, to: number): OutgoingRecord[] =>
  Array.from({ length: to - from }, (_, index) => ({
    topic: 't',
    key: 'k\n"',
    value: `{"text":"line\\n ${from + index}"}`,
  }));

let lost: string[] = [];

async function opened(limitBytes = 1e9): Promise<Spool> {
  lost = [];
  const onLost = ({ records, path, isOwn }: LostOnDisk) =>
    lost.push(`${records} of ${isOwn ? '' : 'an earlier '}${basename(path)}`);
  const spool = new Spool({ directory, limitBytes, segmentBytes: 300, onLost });
  onTestFinished(() => spool.close());
  await spool.open();
  return spool;
}

async function drain(spool: Spool): Promise<OutgoingRecord[]> {
  const all: OutgoingRecord[] = [];
  while (!spool.isEmpty) {
    const some = await spool.peek(7);
    expect(some, 'it says that it is not empty').not.toEqual([]);
    all.push(...some);
    await spool.acknowledge(some.length);
  }
  return all;
}

it('gives back what was appended, in order, over many segments', async () => {
  const spool = await opened();
  await spool.append(records(0, 30));
  await spool.append(records(30, 40));
  expect(spool.records).toBe(40);
  expect((await readdir(directory)).length).toBeGreaterThan(3);
  expect(await drain(spool)).toEqual(records(0, 40));
  expect(await readdir(directory)).toEqual([]);
  expect(spool.bytes).toBe(0);
});

it('is found again by the next process; what was acknowledged of a whole segment is not', async () => {
  const first = await opened();
  await first.append(records(0, 30));
  const some = await first.peek(1000);
  await first.acknowledge(some.length);
  const second = await opened();
  expect(await drain(second)).toEqual(records(some.length, 30));
});

it('takes appends while it is read, even into the segment that was being written', async () => {
  const spool = await opened();
  await spool.append(records(0, 3));
  expect(await spool.peek(10)).toEqual(records(0, 3));
  await Promise.all([spool.append(records(3, 6)), spool.acknowledge(3), spool.append(records(6, 9))]);
  expect(await drain(spool)).toEqual(records(3, 9));
});

it('keeps the first that fit into the limit', async () => {
  const spool = await opened(500);
  const { kept } = await spool.append(records(0, 30));
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(30);
  expect(spool.bytes).toBeLessThanOrEqual(500);
  expect(await drain(spool)).toEqual(records(0, kept));
});

it('writes nothing behind the half of a line that a full disk left', async () => {
  const spool = await opened();
  await spool.append(records(0, 2));
  const full = await fullDisk(directory, 0, 60);
  expect(await spool.append(records(2, 5))).toEqual({ kept: 0, error: noSpaceLeft });
  full.free();
  await spool.append(records(5, 7));
  expect(spool.records).toBe(4);
  expect(await drain(spool)).toEqual([...records(0, 2), ...records(5, 7)]);
  expect(lost).toEqual([]);
  // The first lines of a segment, too.
  const fullAgain = await fullDisk(directory, 0, 60);
  expect(await spool.append(records(7, 9))).toEqual({ kept: 0, error: noSpaceLeft });
  fullAgain.free();
  await spool.append(records(9, 11));
  expect(await drain(spool)).toEqual(records(9, 11));
  expect(await readdir(directory)).toEqual([]);
});

it('says how many a disk took before it was full', async () => {
  const spool = await opened();
  await fullDisk(directory, 2, 60);
  const { kept, error } = await spool.append(records(0, 30));
  expect(error).toBe(noSpaceLeft);
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(30);
  expect(spool.records).toBe(kept);
  expect(await drain(spool)).toEqual(records(0, kept));
});

it('reads past the torn line that a power cut leaves', async () => {
  const first = await opened();
  await first.append(records(0, 2));
  const [name = ''] = await readdir(directory);
  await appendFile(join(directory, name), '["t","k","{tor');
  const second = await opened();
  await second.append(records(2, 3));
  expect(await drain(second)).toEqual(records(0, 3));
  expect(lost, 'nobody was told that it was kept').toEqual([]);
});

it('counts no record that cannot be read, and goes on behind a segment that has none', async () => {
  const spool = await opened();
  await spool.append(records(0, 30));
  const [first = '', second = ''] = (await readdir(directory)).sort();
  await writeFile(join(directory, first), 'x\n'.repeat(20));
  const whole = await readFile(join(directory, second), 'utf8');
  await writeFile(join(directory, second), whole.replace('[', 'x'));
  const left = await drain(spool);
  expect(left.length).toBeGreaterThan(10);
  expect(left).toEqual(records(30 - left.length, 30));
  expect([spool.records, spool.bytes]).toEqual([0, 0]);
  expect(lost.reduce((sum, one) => sum + Number.parseInt(one, 10), left.length)).toBe(30);
});

it('tells what was damaged between two processes', async () => {
  const first = await opened();
  await first.append(records(0, 30));
  await first.close();
  const [one = '', two = ''] = (await readdir(directory)).sort();
  const inOne = (await readFile(join(directory, one), 'utf8')).split('\n').length - 1;
  await writeFile(join(directory, one), 'x\n'.repeat(inOne));
  const whole = await readFile(join(directory, two), 'utf8');
  await writeFile(join(directory, two), whole.replace('[', 'x'));
  const second = await opened();
  expect(lost).toEqual([`${inOne} of an earlier ${one}`, `1 of an earlier ${two}`]);
  expect(await drain(second)).toEqual(records(inOne + 1, 30));
});

it('skips no record for one that somebody deleted', async () => {
  const spool = await opened();
  await spool.append(records(0, 30));
  const [first = ''] = (await readdir(directory)).sort();
  const inFirst = (await readFile(join(directory, first), 'utf8')).split('\n').length - 1;
  await rm(join(directory, first));
  await spool.skip(inFirst - 1);
  expect(await drain(spool)).toEqual(records(inFirst, 30));
  expect(lost, 'what was skipped had arrived').toEqual([`1 of ${first}`]);
});

it('tells what was cut off behind records that had arrived, and whole segments after them', async () => {
  const spool = await opened();
  await spool.append(records(0, 30));
  const names = (await readdir(directory)).sort();
  const path = join(directory, names[0] ?? '');
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  await writeFile(path, `${lines.slice(0, -1).join('\n')}\n`);
  for (const name of names.slice(1)) await rm(join(directory, name));
  await spool.skip(1);
  const left = await spool.peek(30);
  await spool.acknowledge(left.length);
  await spool.peek(30);
  expect(spool.isEmpty).toBe(true);
  const told = lost.reduce((sum, line) => sum + Number.parseInt(line, 10), 0);
  expect(told).toBe(30 - (lines.length - 1));
  expect(left.length).toBeGreaterThanOrEqual(lines.length - 2);
});

it('skips over many segments', async () => {
  const spool = await opened();
  await spool.append(records(0, 30));
  await spool.skip(25);
  expect(spool.records).toBe(5);
  expect(await drain(spool)).toEqual(records(25, 30));
  await spool.skip(1);
});

it('reads again what the disk did not give', async () => {
  const spool = await opened();
  await spool.append(records(0, 30));
  const [first = ''] = (await readdir(directory)).sort();
  const path = join(directory, first);
  await rename(path, `${path}.away`);
  await mkdir(path);
  await expect(spool.peek(10)).rejects.toThrow('EISDIR');
  expect(spool.records).toBe(30);
  await rmdir(path);
  await rename(`${path}.away`, path);
  expect(await drain(spool)).toEqual(records(0, 30));
});

it('goes on without a segment that somebody deleted, and says what was in it', async () => {
  const spool = await opened();
  await spool.append(records(0, 30));
  const [first = ''] = (await readdir(directory)).sort();
  await rm(join(directory, first));
  const left = await drain(spool);
  expect(left).toEqual(records(30 - left.length, 30));
  expect(lost).toEqual([`${30 - left.length} of ${first}`]);
});

it('lets go of a segment that the disk does not', async () => {
  const spool = await opened();
  await spool.append(records(0, 1));
  const some = await spool.peek(10);
  const [only = ''] = await readdir(directory);
  await rm(join(directory, only));
  await spool.acknowledge(some.length);
  expect(spool.isEmpty).toBe(true);
});
