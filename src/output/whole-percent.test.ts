import { expect, it } from 'vitest';
import { wholePercent } from './whole-percent.ts';

it('takes nothing from a share that is whole per cents, and rounds all others down', () => {
  for (let percent = 0; percent <= 100; percent++) expect(wholePercent(percent / 100)).toBe(percent);
  expect([0.999_999, 0.299, 0.001].map(wholePercent)).toEqual([99, 29, 0]);
});
