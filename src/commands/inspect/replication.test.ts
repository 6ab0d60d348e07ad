import { describe, expect, it } from 'vitest';
import { replicasNeeded, replicasOf } from './replication.ts';

describe('replicas', () => {
  it('are read from the keyspace', () => {
    expect(
      replicasOf({ class: 'org.apache.cassandra.locator.SimpleStrategy', replication_factor: '3' }),
    ).toEqual([3]);
    expect(
      replicasOf({ class: 'org.apache.cassandra.locator.NetworkTopologyStrategy', a: '3', b: '2' }),
    ).toEqual([3, 2]);
  });

  it.each([
    ['ONE', [1], 1, 0],
    ['ALL', [3], 3, 0],
    ['QUORUM', [1], 1, 0],
    ['QUORUM', [3], 2, 1],
    ['QUORUM', [3, 3], 4, 2],
    ['LOCAL_QUORUM', [3, 3], 2, 1],
    ['EACH_QUORUM', [3, 2], 4, 0],
    ['TWO', [1], 2, 0],
  ])('%s over %j waits for %i and does without %i', (level, replicas, needs, survives) => {
    expect(replicasNeeded(level, replicas)).toEqual({ needs, survives });
  });
});
