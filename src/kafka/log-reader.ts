import type { LogConnection, LogRecord, Positions } from './log-connection.ts';

/** How long the broker may hold a request for records that are not there yet. */
const MAX_WAIT_MS = 500;

/** This many empty answers in a row say that what was there has been compacted away; throttling gives some too. */
const SILENCES_OF_AN_END = 3;

export interface LogSpan {
  /** The first offset of each partition to read … */
  readonly from: Positions;
  /** … and the one before which to stop. */
  readonly to: Positions;
}

/**
 * The records of a span, merged over the partitions by append time; equal times in the order of the partitions. Comes
 * in pieces of some thousand. Each partition is asked for one more MiB than has been taken, never for more.
 */
export async function* readLog(log: LogConnection, { from, to }: LogSpan): AsyncGenerator<LogRecord[]> {
  const streams = log.partitions.map(
    (partition) =>
      new PartitionStream(chunks(log, partition, from.get(partition) ?? 0, to.get(partition) ?? 0)),
  );
  for (;;) {
    await Promise.all(streams.map((stream) => stream.fill()));
    const merged = mergeUntilOneIsEmpty(streams.filter(({ head }) => head !== undefined));
    if (merged.length === 0) return;
    yield merged;
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

/** One partition's records below `to`, a fetch at a time; the next fetch is under way while this one is worked on. */
async function* chunks(
  log: LogConnection,
  partition: number,
  from: number,
  to: number,
): AsyncGenerator<readonly LogRecord[]> {
  const fetchAt = async (offset: number) => {
    const [fetched] = await log.fetch(new Map([[partition, offset]]), MAX_WAIT_MS);
    return fetched ?? { records: [], next: offset };
  };
  let position = from;
  let ahead = position < to ? fetchAt(position) : undefined;
  let silences = 0;
  while (ahead !== undefined) {
    const { records, next }: Awaited<typeof ahead> = await ahead;
    silences = next === position ? silences + 1 : 0;
    position = next;
    ahead = position < to && silences < SILENCES_OF_AN_END ? fetchAt(position) : undefined;
    // Its failure is thrown by the await above, unless the caller has left by then.
    ahead?.catch(() => undefined);
    const wanted = position <= to ? records : records.filter(({ offset }) => offset < to);
    if (wanted.length > 0) yield wanted;
  }
}

/** What was fetched of one partition and not yet merged. */
class PartitionStream {
  readonly #chunks: AsyncGenerator<readonly LogRecord[]>;
  #records: readonly LogRecord[] = [];
  #at = 0;

  constructor(source: AsyncGenerator<readonly LogRecord[]>) {
    this.#chunks = source;
  }

  /** The next record; undefined when there is none, or none yet. */
  get head(): LogRecord | undefined {
    return this.#records[this.#at];
  }

  shift(): void {
    this.#at += 1;
  }

  /** After it, `head` is undefined only at the end. */
  async fill(): Promise<void> {
    if (this.head !== undefined) return;
    const { value, done } = await this.#chunks.next();
    this.#records = done ? [] : value;
    this.#at = 0;
  }
}

/** Merging may go on only while every partition that is not done shows its next record. */
function mergeUntilOneIsEmpty(streams: readonly PartitionStream[]): LogRecord[] {
  const merged: LogRecord[] = [];
  for (;;) {
    let earliest: PartitionStream | undefined;
    let next: LogRecord | undefined;
    for (const stream of streams) {
      const { head } = stream;
      if (head === undefined) return merged;
      if (next === undefined || head.timestamp < next.timestamp) {
        earliest = stream;
        next = head;
      }
    }
    if (earliest === undefined || next === undefined) return merged;
    merged.push(next);
    earliest.shift();
  }
}
