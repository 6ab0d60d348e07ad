import { expect, it } from 'vitest';
import { processorTrouble } from './processor.ts';

const streams = { state: 'REBALANCING', partitions: 3 };

it.each([
  [{ status: 'down', streams: { ...streams, reason: 'Kafka holds the offsets back' } }, /holds the offsets/],
  [{ status: 'down', archiver: { ...streams, state: 'failed', reason: 'not trusted' } }, /not trusted/],
  [{ status: 'starting', streams, reason: 'Kafka does not answer' }, /does not answer/],
])('repeats why the processor does not work: %j', (health, reason) => {
  expect(processorTrouble(health)).toMatch(reason);
});

it.each([{ status: 'starting', streams }, 'no health', undefined])('knows no reason of %j', (health) => {
  expect(processorTrouble(health)).toBeUndefined();
});
