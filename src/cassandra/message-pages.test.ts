import { expect, it, onTestFinished, vi } from 'vitest';
import { AppError } from '../contract/errors.ts';
import type { CassandraSession, DriverPage } from './client.ts';
import { readMessages } from './message-pages.ts';

it('asks for nothing again once the caller has left', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  let asked = 0;
  const session: CassandraSession = {
    // The oldest row, then the newest.
    query: async (cql) => page([{ timestamp: cql.includes('ASC') ? 1 : 1_000_000 }]),
    driverPage: async () => {
      asked += 1;
      if (asked > 1) throw new AppError('CASSANDRA_UNREACHABLE', 'All connections are closed');
      return page([rowOf({ timestamp: 1 })]);
    },
    isConnected: () => true,
    alterSchema: async () => {},
    close: async () => {},
  };
  const settings = { CASSANDRA_KEYSPACE: 'keyspace', CASSANDRA_TABLE: 'messages' };
  const range = { channelId: '1', to: 2_000_000 };
  for await (const _ of readMessages(session, settings, range, { signal: new AbortController().signal }))
    break;
  const askedUntilLeft = asked;
  expect(askedUntilLeft).toBeGreaterThan(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(askedUntilLeft);
});

function rowOf(columns: Readonly<Record<string, unknown>>): DriverPage['rows'][number] {
  return {
    ...columns,
    get: (name) => columns[name],
    keys: () => Object.keys(columns),
    values: () => Object.values(columns),
    forEach: () => undefined,
  };
}

function page<T>(rows: readonly T[]) {
  return { columns: [], rows, pageState: undefined };
}
