import { describe, expect, it } from 'vitest';
import { startsAfter } from './cassandra.ts';

describe('when Cassandra starts', () => {
  it('leaves two cores to the counts first, and waits for nobody where there are more', () => {
    expect(startsAfter(2)).toEqual(['kafka', 'api']);
    expect(startsAfter(4)).toEqual([]);
  });
});
