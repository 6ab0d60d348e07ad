import type { CassandraSession, Page, QueryOptions } from './client.ts';

/**
 * All rows of a statement, in pages of `options.pageSize`: one call of `query` gives one page, however many rows there are.
 * @throws AppError as `query` does
 */
export async function* pagesOf(
  session: CassandraSession,
  cql: string,
  parameters: readonly unknown[] = [],
  options: Omit<QueryOptions, 'pageState'> = {},
): AsyncGenerator<Page['rows']> {
  let pageState: string | undefined;
  do {
    const page = await session.query(cql, parameters, { ...options, pageState });
    yield page.rows;
    pageState = page.pageState;
  } while (pageState !== undefined);
}
