import { types } from 'cassandra-driver';
import { expect, test } from 'vitest';
import { plainValue } from './plain-value.ts';

test.each([
  [types.Long.fromString('1784030400501'), 1_784_030_400_501],
  [types.Long.fromString('9007199254740993'), '9007199254740993'],
  [types.Integer.fromString('-12'), -12],
  [12n, 12],
  [Number.NaN, 'NaN'],
  [undefined, null],
  [types.Uuid.fromString('0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a11'), '0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a11'],
  [Buffer.from([0, 255]), '0x00ff'],
  [new Date(0), '1970-01-01T00:00:00.000Z'],
  [types.LocalDate.fromString('2026-07-14'), '2026-07-14'],
  [types.InetAddress.fromString('127.0.0.1'), '127.0.0.1'],
  [types.BigDecimal.fromString('1.50'), '1.50'],
  [new types.Tuple('a', types.Long.fromNumber(1)), ['a', 1]],
  [new Map([['a', types.Long.fromNumber(1)]]), { a: 1 }],
  [
    { emote: 'Kappa', count: types.Long.fromNumber(4) },
    { emote: 'Kappa', count: 4 },
  ],
  [
    ['Kappa', 'Pog'],
    ['Kappa', 'Pog'],
  ],
])('%s', (value, plain) => {
  expect(plainValue(value)).toEqual(plain);
});
