import { describe, expect, it } from 'vitest';
import type { TopicRecord } from '../kafka/reader-session.ts';
import { withoutSuperseded } from './superseded.ts';

const at = (offset: number, key: string | undefined, timestamp: number): TopicRecord => ({
  topic: 'stats',
  partition: 0,
  offset,
  key,
  value: Buffer.from('{}'),
  timestamp,
});
const left = (...records: TopicRecord[]) => withoutSuperseded(records, 1000).map(({ offset }) => offset);

describe('a batch of a topic of which the newest record of a key counts', () => {
  it('is read without old records that another of their key follows, in order', () => {
    expect(left(at(0, 'a', 1), at(1, 'b', 2), at(2, 'a', 3), at(3, 'a', 4), at(4, 'c', 5))).toEqual([
      1, 3, 4,
    ]);
  });

  it('keeps what is new enough for a rate, whatever follows', () => {
    expect(left(at(0, 'a', 999), at(1, 'a', 1000), at(2, 'a', 1001))).toEqual([1, 2]);
  });

  it('keeps records without a key, which follow nobody', () => {
    expect(left(at(0, undefined, 1), at(1, 'a', 1), at(2, undefined, 3))).toEqual([0, 1, 2]);
  });
});
