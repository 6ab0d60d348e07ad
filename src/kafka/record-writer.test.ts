import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { FakeKafka, numbers, record, startWriter, until } from '../testing/record-writer.ts';
import { Spool } from './spool.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'writer-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** What a writer had to keep, since Kafka was away until its end. */
async function leaveOnDisk(kafka: FakeKafka, values: readonly string[]): Promise<void> {
  kafka.away = true;
  const { writer } = await startWriter(kafka, directory);
  for (const value of values) writer.push(record(value));
  await writer.close(50);
  kafka.away = false;
}

describe('RecordWriter', () => {
  it('sends everything once and in order, in batches, one send at a time', async () => {
    const kafka = new FakeKafka();
    const { writer } = await startWriter(kafka, directory, { maxRecords: 100 });
    for (const value of numbers(0, 1050)) writer.push(record(value));
    await writer.close(5000);
    expect(kafka.values).toEqual(numbers(0, 1050));
    expect(Math.max(...kafka.batches)).toBe(100);
  });

  it('cuts batches by their size too', async () => {
    const kafka = new FakeKafka();
    const { writer } = await startWriter(kafka, directory, { maxLength: 100 });
    for (let index = 0; index < 20; index++) writer.push(record('x'.repeat(40)));
    await writer.close(5000);
    expect(Math.max(...kafka.batches)).toBe(3);
    expect(kafka.log).toHaveLength(20);
  });

  it('sends a batch that is not full also when the clock was set back by an hour', async () => {
    const kafka = new FakeKafka();
    const { writer } = await startWriter(kafka, directory);
    await until(() => writer.state === 'connected');
    const clock = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => clock() + 3_600_000);
    onTestFinished(() => {
      vi.restoreAllMocks();
    });
    writer.push(record('a'));
    vi.restoreAllMocks();
    await until(() => kafka.values.length === 1);
    await writer.close(5000);
  });

  it('keeps what comes while Kafka is away on disk, and sends it in order', async () => {
    const kafka = new FakeKafka();
    const { writer, spool } = await startWriter(kafka, directory);
    writer.push(record('0'));
    await until(() => kafka.log.length === 1);
    kafka.away = true;
    for (const value of numbers(1, 200)) {
      writer.push(record(value));
      if (Number(value) % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await until(() => spool.records === 199);
    expect(writer.state).toBe('disconnected');
    kafka.away = false;
    for (const value of numbers(200, 300)) writer.push(record(value));
    await until(() => kafka.log.length >= 300);
    writer.push(record('300'));
    await writer.close(5000);
    expect(kafka.values).toEqual(numbers(0, 301));
    expect(spool.isEmpty).toBe(true);
  });

  it('leaves out what is not wanted any more, in memory and on disk, and counts it', async () => {
    const kafka = new FakeKafka();
    await leaveOnDisk(kafka, numbers(0, 10));
    let leftOut = 0;
    const acknowledged: string[] = [];
    const { writer, spool } = await startWriter(kafka, directory, {
      isWanted: ({ value }) => Number(value) % 3 !== 0,
      events: {
        leftOut: (records) => {
          leftOut += records;
        },
        acknowledged: (records) => acknowledged.push(...records.map(({ value }) => value)),
      },
    });
    for (const value of numbers(10, 20)) writer.push(record(value));
    await writer.close(5000);
    const wanted = numbers(0, 20).filter((value) => Number(value) % 3 !== 0);
    expect(kafka.values).toEqual(wanted);
    expect(acknowledged).toEqual(wanted);
    expect(leftOut).toBe(20 - wanted.length);
    expect(spool.isEmpty).toBe(true);
  });

  it('counts once what is not wanted, however often its batch is refused', async () => {
    const kafka = new FakeKafka();
    kafka.losesAnswers = true;
    let leftOut = 0;
    const { writer } = await startWriter(kafka, directory, {
      isWanted: ({ value }) => value !== '1',
      events: {
        leftOut: (records) => {
          leftOut += records;
        },
      },
    });
    for (const value of numbers(0, 3)) writer.push(record(value));
    await until(() => kafka.batches.length >= 3);
    expect([leftOut, writer.state]).toEqual([0, 'disconnected']);
    kafka.losesAnswers = false;
    await until(() => writer.state === 'connected' && writer.unsent === 0);
    await writer.close(5000);
    expect(leftOut).toBe(1);
  });

  it('says that Kafka is away while it owes an answer for too long', async () => {
    const kafka = new FakeKafka();
    const { writer } = await startWriter(kafka, directory, { silentMs: 50 });
    await until(() => writer.state === 'connected');
    const answer = kafka.holdAnswers();
    writer.push(record('a'));
    await until(() => writer.state === 'disconnected');
    answer();
    await until(() => writer.state === 'connected');
    await writer.close(5000);
    expect(kafka.values).toContain('a');
  });

  it('puts the rest on disk when Kafka is away at the end, and the next run sends it first', async () => {
    const kafka = new FakeKafka();
    await leaveOnDisk(kafka, numbers(0, 50));
    const { writer } = await startWriter(kafka, directory);
    for (const value of numbers(50, 60)) writer.push(record(value));
    await until(() => kafka.log.length >= 60);
    await writer.close(5000);
    expect(kafka.values).toEqual(numbers(0, 60));
  });

  it('does not wait for an answer that never comes: everything unsent is safe on disk', async () => {
    const kafka = new FakeKafka();
    const { writer, spool } = await startWriter(kafka, directory);
    kafka.answer = new Promise(() => undefined);
    for (const value of numbers(0, 10)) writer.push(record(value));
    await until(() => spool.records === 10);
    expect(writer.unsent).toBe(0);
    await writer.close(50);
    const found = new Spool({ directory, limitBytes: 1e9 });
    await found.open();
    expect((await found.peek(100)).map(({ value }) => value)).toEqual(numbers(0, 10));
  });

  it('does not send again what was put on disk while the answer was late', async () => {
    const kafka = new FakeKafka();
    const { writer, spool } = await startWriter(kafka, directory, { maxRecords: 100 });
    await until(() => writer.state === 'connected');
    const settle = kafka.holdAnswers();
    for (const value of numbers(0, 250)) writer.push(record(value));
    await until(() => spool.records === 250);
    writer.push(record('250'));
    await until(() => spool.records === 251);
    settle();
    await until(() => kafka.log.length >= 251);
    await writer.close(5000);
    expect(kafka.values).toEqual(numbers(0, 251));
    expect(spool.isEmpty).toBe(true);
  });

  it('writes no more to disk while Kafka takes what is there already', async () => {
    const kafka = new FakeKafka();
    await leaveOnDisk(kafka, numbers(0, 10));
    const settle = kafka.holdAnswers();
    const { writer, spool } = await startWriter(kafka, directory, { stallMs: 60_000 });
    await until(() => kafka.sending === 1);
    for (const value of numbers(10, 20)) writer.push(record(value));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(spool.records).toBe(10);
    expect(writer.unsent).toBe(10);
    settle();
    await writer.close(5000);
    expect(kafka.values).toEqual(numbers(0, 20));
  });

  it('sends a batch again whose answer was lost: twice, but never not', async () => {
    const kafka = new FakeKafka();
    const { writer } = await startWriter(kafka, directory);
    await until(() => writer.state === 'connected');
    kafka.losesAnswers = true;
    for (const value of numbers(0, 10)) writer.push(record(value));
    await until(() => kafka.batches.length > 0);
    kafka.losesAnswers = false;
    await until(() => writer.state === 'connected' && kafka.log.length >= 20);
    await writer.close(5000);
    expect([...new Set(kafka.values)]).toEqual(numbers(0, 10));
  });

  it('knows until when everything is safe', async () => {
    const kafka = new FakeKafka();
    const { writer } = await startWriter(kafka, directory, { stallMs: 60_000 });
    await until(() => writer.state === 'connected');
    const settle = kafka.holdAnswers();
    const before = Date.now();
    writer.push(record('0'));
    const pushedBy = Date.now();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(writer.safeUntil).toBeLessThanOrEqual(pushedBy);
    settle();
    await until(() => kafka.log.length === 1 && writer.unsent === 0);
    expect(writer.safeUntil).toBeGreaterThanOrEqual(before + 30);
    await writer.close(1000);
  });
});
