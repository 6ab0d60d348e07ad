import { expect, it } from 'vitest';
import { cachedPartitioner, murmur2, partitionOf } from './murmur2.ts';

/** [key, murmur2, partition of 3], printed by `Utils.murmur2` and `Utils.toPositive` of kafka-clients 4.3.1. */
const fromJava: [string, number, number][] = [
  ['', 275646681, 0],
  ['1', -1993445489, 0],
  ['21', -973932308, 0],
  ['foobar', -790332482, 0],
  ['40934651', 2042710684, 1],
  ['канал', 871241106, 0],
  ['日本語チャンネル', -616284070, 1],
  ['👩‍👩‍👧‍👦', 551589213, 0],
  ['\u00e9', 186971271, 0],
  ['e\u0301', -1650544357, 1],
  ['a-little-bit-longer-string', -1486304829, 2],
];

it.each(fromJava)('places %j as Java does', (key, hash, partition) => {
  expect(murmur2(Buffer.from(key, 'utf8'))).toBe(hash);
  expect(partitionOf(key, 3)).toBe(partition);
});

it('gives the same from the cache, also when it was emptied', () => {
  const partition = cachedPartitioner(2);
  for (let round = 0; round < 3; round++) {
    for (const [key, , expected] of fromJava) expect(partition(key, 3)).toBe(expected);
  }
});
