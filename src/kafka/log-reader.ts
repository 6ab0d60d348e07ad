import type { LogConnection, LogRecord, Positions } from './log-connection.ts';

/** How long the broker may hold a request for records that are not there yet. */
const MAX_WAIT_MS = 500;

/** This many empty answers in a row: a broker that throttles us gives some too. */
const SILENCES_OF_AN_END = 3;

export interface LogSpan {
  /** The first offset of each partition to read … */
  readonly from: Positions;
  /** … and the one before which to stop. */
  readonly to: Positions;
}

/**
 * The records of a span, merged over the partitions by append time; equal times in the order of the partitions. Comes
 * in pieces of some thousand, and asks for the next piece only when it is wanted: at most some MiB are in memory.
 */
export async function* readLog(log: LogConnection, { from, to }: LogSpan): AsyncGenerator<LogRecord[]> {
  const partitions = log.partitions
    .map((partition) => new PartitionBuffer(partition, from.get(partition) ?? 0, to.get(partition) ?? 0))
    .filter(({ isDone }) => !isDone);
  let silences = 0;
  for (;;) {
    const hungry = partitions.filter(({ needsMore }) => needsMore);
    silences = (await refill(log, hungry)) ? 0 : silences + 1;
    if (silences === SILENCES_OF_AN_END) for (const buffer of hungry) buffer.finish();
    const merged = mergeUntilOneIsEmpty(partitions.filter(({ isDone }) => !isDone));
    if (merged.length > 0) yield merged;
    else if (partitions.every(({ isDone }) => isDone)) return;
  }
}

/** Records as they arrive, from the given offsets on, until `signal` is aborted. */
export async function* followLog(
  log: LogConnection,
  from: Positions,
  signal: AbortSignal,
): AsyncGenerator<LogRecord[]> {
  const positions = new Map(from);
  while (!signal.aborted) {
    const records: LogRecord[] = [];
    for (const { partition, records: found, next } of await log.fetch(positions, MAX_WAIT_MS)) {
      positions.set(partition, next);
      records.push(...found);
    }
    if (records.length > 0) yield records.sort((a, b) => a.timestamp - b.timestamp);
  }
}

/** What was fetched of one partition and not yet merged. */
class PartitionBuffer {
  readonly partition: number;
  next: number;
  readonly #end: number;
  #records: readonly LogRecord[] = [];
  #at = 0;

  constructor(partition: number, start: number, end: number) {
    this.partition = partition;
    this.next = start;
    this.#end = end;
  }

  get head(): LogRecord | undefined {
    return this.#records[this.#at];
  }

  get isDone(): boolean {
    return this.head === undefined && this.next >= this.#end;
  }

  get needsMore(): boolean {
    return this.head === undefined && this.next < this.#end;
  }

  shift(): void {
    this.#at += 1;
  }

  fill(records: readonly LogRecord[], next: number): void {
    this.#records = records.filter(({ offset }) => offset < this.#end);
    this.#at = 0;
    this.next = next;
  }

  /** The broker has nothing below the end: what was there has been compacted away. */
  finish(): void {
    this.next = this.#end;
  }
}

/** @returns false when the broker had nothing although something was wanted */
async function refill(log: LogConnection, hungry: readonly PartitionBuffer[]): Promise<boolean> {
  if (hungry.length === 0) return true;
  const buffers = new Map(hungry.map((buffer) => [buffer.partition, buffer]));
  const fetched = await log.fetch(
    new Map(hungry.map(({ partition, next }) => [partition, next])),
    MAX_WAIT_MS,
  );
  let moved = false;
  for (const { partition, records, next } of fetched) {
    const buffer = buffers.get(partition);
    if (buffer === undefined || next === buffer.next) continue;
    buffer.fill(records, next);
    moved = true;
  }
  return moved;
}

/** Merging may go on only while every partition that is not done shows its next record. */
function mergeUntilOneIsEmpty(buffers: readonly PartitionBuffer[]): LogRecord[] {
  const merged: LogRecord[] = [];
  for (;;) {
    let earliest: PartitionBuffer | undefined;
    let earliestTime = Number.POSITIVE_INFINITY;
    for (const buffer of buffers) {
      const { head } = buffer;
      if (head === undefined) {
        if (buffer.isDone) continue;
        return merged;
      }
      if (head.timestamp < earliestTime) {
        earliest = buffer;
        earliestTime = head.timestamp;
      }
    }
    if (earliest?.head === undefined) return merged;
    merged.push(earliest.head);
    earliest.shift();
  }
}
