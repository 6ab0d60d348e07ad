import { connectCassandra, type Page } from '../../cassandra/client.ts';
import type { PlainValue } from '../../cassandra/plain-value.ts';
import { readTrace, type Trace } from '../../cassandra/trace.ts';
import type { HandlerInput } from '../../cli/command.ts';
import type { Settings } from '../../config/settings.ts';
import { renderTable } from '../../output/table.ts';
import { traceTimeline } from '../../output/trace-timeline.ts';

interface CqlOptions {
  readonly statement: string;
  readonly limit: number;
  readonly consistency?: Settings['CASSANDRA_CONSISTENCY'] | undefined;
  /** Seconds. */
  readonly timeout: number;
  readonly tracing: boolean;
}

/** An aggregate reads its rows in pages of the size that is asked for, so a small --limit would make it slow. */
const LEAST_PAGE_SIZE = 5000;

/** @throws AppError CQL_FAILED with the server's own words, CASSANDRA_SCHEMA_MISSING, CASSANDRA_UNREACHABLE */
export async function runCql({
  options,
  config,
  output,
  signal,
}: HandlerInput<CqlOptions>): Promise<undefined> {
  const { settings } = config();
  const session = await connectCassandra(settings, { keyspace: settings.CASSANDRA_KEYSPACE, signal });
  try {
    const { statement, limit, consistency, timeout, tracing } = options;
    const page = await session.query(statement, [], {
      prepare: false,
      pageSize: Math.max(limit, LEAST_PAGE_SIZE),
      timeoutMs: timeout * 1000,
      trace: tracing,
      ...(consistency === undefined ? {} : { consistency }),
    });
    const rows = page.rows.slice(0, limit);
    const more = page.pageState !== undefined || page.rows.length > limit;
    const trace = tracing ? await readTrace(session, page.traceId, signal) : undefined;
    if (page.columns.length === 0 && trace === undefined && !output.json) output.note('done');
    else
      output.object({ rows, more, ...(trace === undefined ? {} : { trace }) }, () =>
        [
          ...(page.columns.length === 0 ? [] : [rowsTable(page.columns, rows)]),
          ...(trace === undefined ? [] : [describe(trace)]),
        ].join('\n\n'),
      );
    if (more) output.note(`There are more rows than ${limit}: see --limit.`);
  } finally {
    await session.close();
  }
}

function describe({ trace_id, duration_us, events }: Trace): string {
  return `Trace ${trace_id}: ${(duration_us / 1000).toFixed(1)} ms inside Cassandra\n${traceTimeline(events)}`;
}

function rowsTable(columns: readonly string[], rows: Page['rows']): string {
  return renderTable(
    columns.map((column) => ({
      title: column,
      value: (row: Page['rows'][number]) => cell(row[column] ?? null),
    })),
    rows,
  );
}

function cell(value: PlainValue): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
