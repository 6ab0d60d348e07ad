import fc from 'fast-check';
import { expect, it } from 'vitest';
import { requestParts } from './request-parts.ts';
import type { OutgoingRecord } from './spool.ts';

const record = (value: string): OutgoingRecord => ({ topic: 't', key: '42', value });
const bytesOf = (records: readonly OutgoingRecord[]) =>
  records.reduce((sum, { key, value }) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);

it('leaves what fits into one request together', () => {
  const records = Array.from({ length: 1000 }, () => record('x'.repeat(450)));
  expect(requestParts(records)).toEqual([records]);
  expect(requestParts([])).toEqual([]);
});

it('cuts what one partition would refuse: counted in bytes, not in characters', () => {
  const records = Array.from({ length: 600 }, () => record('漢'.repeat(700)));
  const parts = requestParts(records);
  expect(parts.flat()).toEqual(records);
  expect(parts.length).toBe(2);
  for (const part of parts) expect(bytesOf(part)).toBeLessThan(1_000_000);
});

it('keeps every record and their order; no part is too large but a single large record', () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 30 });
  fc.assert(
    fc.property(lengths, (all) => {
      const records = all.map((length) => record('é'.repeat(length)));
      const parts = requestParts(records);
      expect(parts.flat()).toEqual(records);
      for (const part of parts) if (part.length > 1) expect(bytesOf(part)).toBeLessThan(1_000_000);
    }),
    { numRuns: 50 },
  );
});

it('counts headers, and records without key or value', () => {
  const headers = {
    'dead-letter.detail': Buffer.alloc(300_000),
    twice: ['x'.repeat(100_000), Buffer.alloc(100_000)],
  };
  const records = [1, 2, 3].map(() => ({ key: null, value: null, headers }));
  expect(requestParts(records)).toEqual(records.map((one) => [one]));
});
