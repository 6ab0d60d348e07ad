import { mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fullDisk } from '../testing/full-disk.ts';
import { FakeKafka, numbers, record, startWriter, until } from '../testing/record-writer.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'writer-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

it('says what a full disk could not keep; the oldest stay', async () => {
  const kafka = new FakeKafka();
  kafka.away = true;
  const line = JSON.stringify(['t', 'k', '00']).length + 1;
  const { writer, spool, dropped } = await startWriter(kafka, directory, { limitBytes: 10 * line });
  for (const value of numbers(10, 30)) writer.push(record(value));
  await until(() => dropped.length > 0);
  kafka.away = false;
  await until(() => spool.isEmpty);
  await writer.close(5000);
  expect(kafka.values).toEqual(numbers(10, 20));
  expect(dropped).toEqual(numbers(20, 30).map((value) => `${value} spool full`));
});

it('tells as lost only what a disk did not take before it was full', async () => {
  const kafka = new FakeKafka();
  kafka.away = true;
  const { writer, dropped } = await startWriter(kafka, directory, { stallMs: 0 });
  const disk = await fullDisk(directory, 2);
  for (const value of numbers(0, 500)) writer.push(record(value));
  await until(() => dropped.length > 0);
  disk.free();
  kafka.away = false;
  await writer.close(5000);
  expect(kafka.values.length).toBeGreaterThan(0);
  const lost = numbers(kafka.values.length, 500);
  expect(kafka.values).toEqual(numbers(0, kafka.values.length));
  expect(dropped).toEqual(lost.map((value) => `${value} disk failed`));
});

it.each([
  ['disk failed', 1e9],
  ['spool full', 0],
])('does not tell as lost what is under way: %s', async (why, limitBytes) => {
  const kafka = new FakeKafka();
  const { writer, dropped } = await startWriter(kafka, directory, { limitBytes });
  await until(() => writer.state === 'connected');
  const answer = kafka.holdAnswers();
  if (why === 'disk failed') await fullDisk(directory);
  for (const value of numbers(0, 10)) writer.push(record(value));
  await until(() => kafka.sending === 1);
  for (const value of numbers(10, 20)) writer.push(record(value));
  await until(() => dropped.length > 0);
  expect(writer.unsent).toBe(10);
  answer();
  await writer.close(5000);
  expect(kafka.values).toEqual(numbers(0, 10));
  expect(dropped).toEqual(numbers(10, 20).map((value) => `${value} ${why}`));
});

it('tells as lost what was under way and not taken, when neither disk nor Kafka has it in the end', async () => {
  const kafka = new FakeKafka();
  const { writer, dropped } = await startWriter(kafka, directory);
  await until(() => writer.state === 'connected');
  const answer = kafka.holdAnswers();
  const disk = await fullDisk(directory);
  for (const value of numbers(0, 10)) writer.push(record(value));
  await until(() => disk.refused > 1);
  expect(dropped).toEqual([]);
  kafka.away = true;
  answer();
  await until(() => dropped.length > 0);
  expect(dropped).toEqual(numbers(0, 10).map((value) => `${value} disk failed`));
  expect(kafka.values).toEqual([]);
  disk.free();
  await writer.close(50);
});

it('waits for a disk that cannot be read, and sends what lies there before all that is newer', async () => {
  const kafka = new FakeKafka();
  kafka.away = true;
  const { writer, spool } = await startWriter(kafka, directory, { stallMs: 0 });
  for (const value of numbers(0, 10)) writer.push(record(value));
  await until(() => spool.records === 10);
  const reads = vi.spyOn(spool, 'peek');
  const [name = ''] = await readdir(directory);
  const path = join(directory, name);
  await rename(path, `${path}.away`);
  await mkdir(path);
  kafka.away = false;
  await until(() => reads.mock.calls.length > 1);
  writer.push(record('10'));
  expect(kafka.values).toEqual([]);
  await rmdir(path);
  await rename(`${path}.away`, path);
  await until(() => kafka.values.length >= 11);
  await writer.close(5000);
  expect(kafka.values).toEqual(numbers(0, 11));
});
