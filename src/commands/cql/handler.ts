import { connectCassandra, type Page } from '../../cassandra/client.ts';
import type { PlainValue } from '../../cassandra/plain-value.ts';
import type { HandlerInput } from '../../cli/command.ts';
import { renderTable } from '../../output/table.ts';

interface CqlOptions {
  readonly statement: string;
  readonly limit: number;
}

/** @throws AppError CQL_FAILED with the server's own words, CASSANDRA_SCHEMA_MISSING, CASSANDRA_UNREACHABLE */
export async function runCql({ options, config, output }: HandlerInput<CqlOptions>): Promise<undefined> {
  const { settings } = config();
  const session = await connectCassandra(settings, { keyspace: settings.CASSANDRA_KEYSPACE });
  try {
    const { statement, limit } = options;
    const page = await session.query(statement, [], { prepare: false, pageSize: limit, timeoutMs: 30_000 });
    const rows = page.rows.slice(0, limit);
    const more = page.pageState !== undefined || page.rows.length > limit;
    if (page.columns.length === 0 && !output.json) output.note('done');
    else output.object({ rows, more }, () => rowsTable(page.columns, rows));
    if (more) output.note(`There are more rows than ${limit}: see --limit.`);
  } finally {
    await session.close();
  }
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
