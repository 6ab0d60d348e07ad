import type { OutgoingRecord } from './spool.ts';

export interface Batch {
  readonly records: OutgoingRecord[];
  /** Characters of all values. */
  length: number;
  /** When its first record came (epoch ms). */
  readonly since: number;
}

export interface BatchLimits {
  readonly maxRecords: number;
  /** Characters of all values. */
  readonly maxLength: number;
}

/** Records in memory, cut into batches as they come; only the last batch still grows. */
export class PendingBatches {
  readonly #limits: BatchLimits;
  readonly #batches: Batch[] = [];
  #records = 0;

  constructor(limits: BatchLimits) {
    this.#limits = limits;
  }

  get records(): number {
    return this.#records;
  }

  /** The oldest batch. */
  get first(): Batch | undefined {
    return this.#batches[0];
  }

  /** True when the record began a batch or filled it: the sender has to look. */
  push(record: OutgoingRecord): boolean {
    let batch = this.#batches.at(-1);
    const begins = batch === undefined || this.isFull(batch);
    if (batch === undefined || begins) {
      batch = { records: [], length: 0, since: Date.now() };
      this.#batches.push(batch);
    }
    batch.records.push(record);
    batch.length += record.value.length;
    this.#records++;
    return begins || this.isFull(batch);
  }

  shift(): Batch | undefined {
    const batch = this.#batches.shift();
    this.#records -= batch?.records.length ?? 0;
    return batch;
  }

  takeAll(): OutgoingRecord[] {
    this.#records = 0;
    return this.#batches.splice(0).flatMap(({ records }) => records);
  }

  isFull({ records, length }: Batch): boolean {
    return records.length >= this.#limits.maxRecords || length >= this.#limits.maxLength;
  }
}
