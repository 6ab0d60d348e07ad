import { expect, it } from 'vitest';
import { settingsSchema } from '../../src/config/settings.ts';
import { countByUser } from './archived-rows.ts';

const settings = settingsSchema.parse({});

/** A session that has a row at each of these tokens, and fails the first `failures` times. */
function sessionWith(tokens: readonly number[], failures = 0) {
  let left = failures;
  return {
    query: async (_cql: string, [above = 0, upTo = 0]: readonly unknown[] = []) => {
      if (left-- > 0) throw new Error('did not answer in time');
      const rows = tokens.filter((token) => token > Number(above) && token <= Number(upTo)).length;
      return { columns: ['rows'], rows: [{ rows }], pageState: undefined };
    },
    driverPage: async () => ({ rows: [], pageState: undefined }),
    isConnected: () => true,
    alterSchema: async () => undefined,
    close: async () => undefined,
  };
}

it('counts each row once, at the ends of the ranges too', async () => {
  const tokens = [-(2 ** 63) + 2048, -(2 ** 55), -1, 0, 1, 2 ** 55, 2 ** 55 + 8, 2 ** 63 - 1024];
  await expect(countByUser(sessionWith(tokens), settings)).resolves.toBe(tokens.length);
});

it('asks a busy Cassandra again', async () => {
  await expect(countByUser(sessionWith([5], 1), settings)).resolves.toBe(1);
});
