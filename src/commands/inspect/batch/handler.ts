import { randomUUID } from 'node:crypto';
import type { CassandraSession } from '../../../cassandra/client.ts';
import type { HandlerInput } from '../../../cli/command.ts';
import { renderTable } from '../../../output/table.ts';
import { teach } from '../lesson.ts';
import { withCassandra } from '../with-cassandra.ts';
import type { InspectBatchOptions } from './command.ts';

const sizes = [1, 10, 50, 100] as const;
/** Requests under way at the same time, as the archiver has them. */
const IN_FLIGHT = 32;

interface BatchReport {
  readonly rows_a_batch: number;
  readonly rows_a_second: number;
  readonly milliseconds_a_request: number;
}

export async function inspectBatch({
  options,
  config,
  output,
  signal,
}: HandlerInput<InspectBatchOptions>): Promise<undefined> {
  const { settings } = config();
  const table = `${settings.CASSANDRA_KEYSPACE}.inspect_batch_${randomUUID().slice(0, 8)}`;
  const batches = await withCassandra(settings, signal, async (session) => {
    await session.alterSchema(
      `CREATE TABLE ${table} (channel_id TEXT, timestamp BIGINT, message TEXT, PRIMARY KEY ((channel_id), timestamp))`,
    );
    try {
      // The first round warms both sides up and is not shown.
      await measure(session, table, 50, options.rows, signal);
      const reports: BatchReport[] = [];
      for (const size of sizes) reports.push(await measure(session, table, size, options.rows, signal));
      return reports;
    } finally {
      await session.alterSchema(`DROP TABLE ${table}`);
    }
  });
  teach(output, {
    data: { rows: options.rows, in_flight: IN_FLIGHT, batches },
    human: () =>
      renderTable(
        [
          { title: 'ROWS_A_BATCH', align: 'right', value: ({ rows_a_batch }) => rows_a_batch },
          { title: 'ROWS_A_SECOND', align: 'right', value: ({ rows_a_second }) => rows_a_second },
          {
            title: 'MS_A_REQUEST',
            align: 'right',
            value: ({ milliseconds_a_request }) => milliseconds_a_request,
          },
        ],
        batches,
      ),
    explains:
      'An unlogged batch of one partition is one mutation on its replicas, so it saves the work a request costs; that is why the archiver groups by channel. ' +
      'A batch over many partitions saves nothing: its coordinator has to send each row to other nodes, and holds them all meanwhile.',
  });
}

async function measure(
  session: CassandraSession,
  table: string,
  size: number,
  rows: number,
  signal: AbortSignal,
): Promise<BatchReport> {
  const insert = `INSERT INTO ${table} (channel_id, timestamp, message) VALUES (?, ?, ?)`;
  const cql = size === 1 ? insert : `BEGIN UNLOGGED BATCH ${`${insert}; `.repeat(size)}APPLY BATCH`;
  const requests = Math.ceil(rows / size);
  let next = 0;
  let waitedMs = 0;
  const started = performance.now();
  const worker = async () => {
    while (next < requests && !signal.aborted) {
      const at = next++;
      const sent = performance.now();
      await session.query(cql, parameters(at * size, size), { timeoutMs: 20_000 });
      waitedMs += performance.now() - sent;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  signal.throwIfAborted();
  const seconds = (performance.now() - started) / 1000;
  return {
    rows_a_batch: size,
    rows_a_second: Math.round((requests * size) / seconds),
    milliseconds_a_request: Math.round((waitedMs / requests) * 10) / 10,
  };
}

const TEXT = 'a message as long as most of them are, with Kappa and all';

function parameters(first: number, size: number): unknown[] {
  return Array.from({ length: size }, (_, index) => ['batch', first + index, TEXT]).flat();
}
