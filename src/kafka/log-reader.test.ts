import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogConnection, LogRecord, Positions } from './log-connection.ts';
import { followLog, readLog } from './log-reader.ts';

/** A log in memory that answers as a broker does; `fetchSize` records of a partition at a time. */
function fakeLog(
  partitions: readonly (readonly LogRecord[])[],
  fetchSize: number,
): LogConnection & { asked: number } {
  const ends = partitions.map((records) => (records.at(-1)?.offset ?? -1) + 1);
  const log = {
    asked: 0,
    partitions: partitions.map((_, partition) => partition),
    offsets: async (at: number | 'beginning' | 'end'): Promise<Positions> =>
      new Map(partitions.map((_, partition) => [partition, at === 'end' ? (ends[partition] ?? 0) : 0])),
    fetch: async (positions: Positions) => {
      log.asked += 1;
      return [...positions].map(([partition, position]) => {
        const records = (partitions[partition] ?? [])
          .filter(({ offset }) => offset >= position)
          .slice(0, fetchSize);
        return { partition, records, next: (records.at(-1)?.offset ?? position - 1) + 1 };
      });
    },
    close: async () => undefined,
  };
  return log;
}

function record(partition: number, offset: number, timestamp: number): LogRecord {
  return { partition, offset, timestamp, key: null, value: null };
}

async function read(log: LogConnection, from: Positions, to: Positions): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  for await (const piece of readLog(log, { from, to })) all.push(...piece);
  return all;
}

/** Partitions whose append times grow and whose offsets may have holes, as compaction leaves them. */
const partition = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 3 })), {
  maxLength: 30,
});
const logs = fc.array(partition, { minLength: 1, maxLength: 4 }).map((steps) =>
  steps.map((partitionSteps, index) => {
    let offset = -1;
    let timestamp = 1000;
    return partitionSteps.map(([wait, hole]) => {
      timestamp += wait;
      offset += hole;
      return record(index, offset, timestamp);
    });
  }),
);

describe('reading a log', () => {
  it('gives every record of the span once, in the order of append times, whatever the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        logs,
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 0, max: 20 }),
        async (partitions, size, start) => {
          const log = fakeLog(partitions, size);
          const from = new Map(log.partitions.map((number) => [number, start]));
          const found = await read(log, from, await log.offsets('end'));
          const expected = partitions
            .flat()
            .filter(({ offset }) => offset >= start)
            .sort((a, b) => a.timestamp - b.timestamp || a.partition - b.partition);
          expect(found).toEqual(expected);
        },
      ),
    );
  });

  it('stops at the end that it was given, though more has come', async () => {
    const log = fakeLog([[0, 1, 2, 3, 4].map((offset) => record(0, offset, offset))], 10);
    const found = await read(log, new Map([[0, 1]]), new Map([[0, 3]]));
    expect(found.map(({ offset }) => offset)).toEqual([1, 2]);
  });

  it('ends when what lay before the end has been compacted away', async () => {
    const log = fakeLog([[record(0, 0, 1)], [record(1, 0, 2)]], 10);
    const found = await read(
      log,
      await log.offsets('beginning'),
      new Map([
        [0, 5],
        [1, 1],
      ]),
    );
    expect(found).toHaveLength(2);
  });

  it('asks for one piece more than is taken', async () => {
    const log = fakeLog([Array.from({ length: 1000 }, (_, offset) => record(0, offset, offset))], 10);
    const pieces = readLog(log, { from: new Map([[0, 0]]), to: new Map([[0, 1000]]) });
    await pieces.next();
    await pieces.next();
    expect(log.asked).toBe(3);
    await pieces.return(undefined);
  });

  it('follows until it is told to stop', async () => {
    const log = fakeLog([[0, 1, 2].map((offset) => record(0, offset, offset))], 2);
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const piece of followLog(log, new Map([[0, 1]]), stop.signal)) {
      seen.push(...piece.map(({ offset }) => offset));
      stop.abort();
    }
    expect(seen).toEqual([1, 2]);
  });
});
