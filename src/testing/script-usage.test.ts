import { expect, it } from 'vitest';
import { positiveInteger } from './script-usage.ts';

it.each(['1', '350', '1000000'])('takes %s for a number', (value) => {
  expect(positiveInteger('faults', value)).toBe(Number(value));
});

it.each(['1_000', '', '0', '-1', '1.5', '1e3', ' 7', 'NaN', '99999999999999999'])(
  "refuses '%s': a soak would run without faults and close its books",
  (value) => {
    expect(() => positiveInteger('faults', value)).toThrow(
      `--faults takes a positive integer, not '${value}'`,
    );
  },
);
