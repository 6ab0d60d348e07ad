import { expect, it } from 'vitest';
import { ReaderAgreement } from './reader-agreement.ts';

it('says what each reader alone would have missed, once both had time', () => {
  const missed: [number, number][] = [];
  const agreement = new ReaderAgreement(2, (reader, messages) => missed.push([reader, messages]));
  agreement.heard('both', 0);
  agreement.heard('both', 1);
  agreement.heard('first only', 0);
  agreement.heard('another of the first', 0);
  agreement.heard('second only', 1);
  agreement.heard('late', 0);
  agreement.settle();
  agreement.heard('late', 1);
  expect(missed).toEqual([]);
  agreement.settle();
  expect(missed.sort()).toEqual([
    [0, 1],
    [1, 2],
  ]);
  agreement.settle();
  expect(missed).toHaveLength(2);
});

it('does not count what one reader hears on two connections as missed by the other', () => {
  const missed: number[] = [];
  const agreement = new ReaderAgreement(2, (reader) => missed.push(reader));
  for (const reader of [0, 1, 0]) agreement.heard('a', reader);
  for (let time = 0; time < 3; time++) agreement.settle();
  expect(missed).toEqual([]);
});
