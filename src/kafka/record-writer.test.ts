import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fullDisk } from '../testing/full-disk.ts';
import type { RecordSender } from './record-sender.ts';
import { RecordWriter, type RecordWriterOptions } from './record-writer.ts';
import { type OutgoingRecord, Spool } from './spool.ts';

/** A Kafka that remembers what it acknowledged, and can be away, slow, or lose its answers. */
class FakeKafka implements RecordSender {
  readonly log: OutgoingRecord[] = [];
  readonly batches: number[] = [];
  away = false;
  losesAnswers = false;
  answer: Promise<void> = Promise.resolve();
  sending = 0;
  #connected = false;

  async connect() {
    if (this.away) throw new Error('ECONNREFUSED');
    this.#connected = true;
  }

  async send(records: readonly OutgoingRecord[]) {
    if (!this.#connected) throw new Error('not connected');
    this.sending++;
    expect(this.sending, 'one outstanding send').toBe(1);
    try {
      await this.answer;
      await new Promise((resolve) => setImmediate(resolve));
      if (this.away) {
        this.#connected = false;
        throw new Error('gone');
      }
      this.log.push(...records);
      this.batches.push(records.length);
      if (this.losesAnswers) {
        this.#connected = false;
        throw new Error('no answer');
      }
    } finally {
      this.sending--;
    }
  }

  async disconnect() {
    this.#connected = false;
  }

  /** @returns what lets them come */
  holdAnswers(): () => void {
    let settle: () => void = () => undefined;
    this.answer = new Promise((resolve) => {
      settle = resolve;
    });
    return settle;
  }

  get values(): string[] {
    return this.log.map(({ value }) => value);
  }
}

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'writer-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function writerTo(
  kafka: FakeKafka,
  options: Partial<RecordWriterOptions> & { limitBytes?: number } = {},
) {
  const { limitBytes = 1e9, ...rest } = options;
  const spool = new Spool({ directory, limitBytes, segmentBytes: 2000 });
  onTestFinished(() => spool.close());
  await spool.open();
  const dropped: string[] = [];
  const writer = new RecordWriter({
    sender: kafka,
    spool,
    logger: pino({ level: 'silent' }),
    retry: { firstMs: 10, maxMs: 20 },
    stallMs: 50,
    events: {
      dropped: (records, reason) => dropped.push(...records.map(({ value }) => `${value} ${reason}`)),
    },
    ...rest,
  });
  writer.start();
  return { writer, spool, dropped };
}

const record = (value: string): OutgoingRecord => ({ topic: 't', key: 'k', value });
const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

/** What a writer had to keep, since Kafka was away until its end. */
async function leaveOnDisk(kafka: FakeKafka, values: readonly string[]): Promise<void> {
  kafka.away = true;
  const { writer } = await writerTo(kafka);
  for (const value of values) writer.push(record(value));
  await writer.close(50);
  kafka.away = false;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('RecordWriter', () => {
  it('sends everything once and in order, in batches, one send at a time', async () => {
    const kafka = new FakeKafka();
    const { writer } = await writerTo(kafka, { maxRecords: 100 });
    for (const value of numbers(0, 1050)) writer.push(record(value));
    await writer.close(5000);
    expect(kafka.values).toEqual(numbers(0, 1050));
    expect(Math.max(...kafka.batches)).toBe(100);
  });

  it('cuts batches by their size too', async () => {
    const kafka = new FakeKafka();
    const { writer } = await writerTo(kafka, { maxLength: 100 });
    for (let index = 0; index < 20; index++) writer.push(record('x'.repeat(40)));
    await writer.close(5000);
    expect(Math.max(...kafka.batches)).toBe(3);
    expect(kafka.log).toHaveLength(20);
  });

  it('sends a batch that is not full also when the clock was set back by an hour', async () => {
    const kafka = new FakeKafka();
    const { writer } = await writerTo(kafka);
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
    const { writer, spool } = await writerTo(kafka);
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
    const { writer, spool } = await writerTo(kafka, {
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

  it('puts the rest on disk when Kafka is away at the end, and the next run sends it first', async () => {
    const kafka = new FakeKafka();
    await leaveOnDisk(kafka, numbers(0, 50));
    const { writer } = await writerTo(kafka);
    for (const value of numbers(50, 60)) writer.push(record(value));
    await until(() => kafka.log.length >= 60);
    await writer.close(5000);
    expect(kafka.values).toEqual(numbers(0, 60));
  });

  it('does not wait for an answer that never comes: everything unsent is safe on disk', async () => {
    const kafka = new FakeKafka();
    const { writer, spool } = await writerTo(kafka);
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
    const { writer, spool } = await writerTo(kafka, { maxRecords: 100 });
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
    const { writer, spool } = await writerTo(kafka, { stallMs: 60_000 });
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
    const { writer } = await writerTo(kafka);
    await until(() => writer.state === 'connected');
    kafka.losesAnswers = true;
    for (const value of numbers(0, 10)) writer.push(record(value));
    await until(() => kafka.batches.length > 0);
    kafka.losesAnswers = false;
    await until(() => writer.state === 'connected' && kafka.log.length >= 20);
    await writer.close(5000);
    expect([...new Set(kafka.values)]).toEqual(numbers(0, 10));
  });

  it('says what a full disk could not keep; the oldest stay', async () => {
    const kafka = new FakeKafka();
    kafka.away = true;
    const line = JSON.stringify(['t', 'k', '00']).length + 1;
    const { writer, spool, dropped } = await writerTo(kafka, { limitBytes: 10 * line });
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
    const { writer, dropped } = await writerTo(kafka, { stallMs: 0 });
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
    const { writer, dropped } = await writerTo(kafka, { limitBytes });
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
    const { writer, dropped } = await writerTo(kafka);
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

  it('knows until when everything is safe', async () => {
    const kafka = new FakeKafka();
    const { writer } = await writerTo(kafka, { stallMs: 60_000 });
    await until(() => writer.state === 'connected');
    const settle = kafka.holdAnswers();
    const before = Date.now();
    writer.push(record('0'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(writer.safeUntil).toBeLessThanOrEqual(before + 5);
    settle();
    await until(() => kafka.log.length === 1 && writer.unsent === 0);
    expect(writer.safeUntil).toBeGreaterThanOrEqual(before + 30);
    await writer.close(1000);
  });
});
