import { pino } from 'pino';
import { expect, onTestFinished } from 'vitest';
import type { RecordSender } from '../kafka/record-sender.ts';
import { RecordWriter } from '../kafka/record-writer.ts';
import type { RecordWriterOptions } from '../kafka/record-writer-options.ts';
import { type OutgoingRecord, Spool } from '../kafka/spool.ts';

/** A Kafka that remembers what it acknowledged, and can be away, slow, or lose its answers. */
export class FakeKafka implements RecordSender {
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

/** A writer that is started, and notes what it dropped as `value reason`; its spool has small segments. */
export async function startWriter(
  kafka: FakeKafka,
  directory: string,
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

export const record = (value: string): OutgoingRecord => ({ topic: 't', key: 'k', value });
export const numbers = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
