import { describe, expect, it } from 'vitest';
import { EarlierRun } from './earlier-run.ts';
import type { Heard } from './heard-file.ts';

const NOW = 1_800_000_000_000;
const heard: Heard = {
  writtenAt: NOW - 60_000,
  until: new Map([
    ['alpha', NOW - 60_300],
    ['beta', NOW - 61_000],
  ]),
  ids: new Map([['beta', '7']]),
  unsafe: undefined,
};

describe('what an earlier run heard', () => {
  it('gives a channel that is wanted again its mark, once', () => {
    const earlier = new EarlierRun(heard, NOW);
    expect(earlier.take('beta')).toEqual({
      at: NOW - 61_000,
      reason: 'the ingestor was not running',
      channelId: '7',
    });
    expect(earlier.take('beta')).toBeUndefined();
    expect([...earlier.channels]).toEqual(['alpha']);
  });

  it('tells what a crash cost in channels that are wanted no more, once', () => {
    const earlier = new EarlierRun(heard, NOW);
    earlier.take('alpha');
    const gap = { type: 'gap', channel_id: '7', channel_name: 'beta', from: NOW - 61_000, to: NOW - 59_000 };
    expect(earlier.takeUnwanted()).toMatchObject([gap]);
    expect(earlier.takeUnwanted()).toEqual([]);
    expect(earlier.take('beta')).toBeUndefined();
  });

  it('tells nothing of channels that were left in order, but for those of which something was not told', () => {
    const inOrder = new EarlierRun({ ...heard, unsafe: new Set() }, NOW);
    expect(inOrder.takeUnwanted()).toEqual([]);
    const full = new EarlierRun({ ...heard, unsafe: new Set(['beta']) }, NOW);
    expect(full.takeUnwanted()).toMatchObject([{ channel_name: 'beta' }]);
  });

  it('stays in the book until it is taken', () => {
    const earlier = new EarlierRun(heard, NOW);
    earlier.take('alpha');
    const now = new Map([['alpha', NOW]]);
    expect(earlier.marksWith(now)).toEqual(new Map([...now, ['beta', NOW - 61_000]]));
    expect(earlier.idsWith(new Map([['alpha', '6']]))).toEqual(
      new Map([
        ['beta', '7'],
        ['alpha', '6'],
      ]),
    );
    earlier.takeUnwanted();
    expect([earlier.marksWith(now), earlier.idsWith(new Map())]).toEqual([now, new Map()]);
  });

  it('is nothing after more than a day', () => {
    const earlier = new EarlierRun({ ...heard, writtenAt: NOW - 86_400_001 }, NOW);
    expect([earlier.take('alpha'), earlier.takeUnwanted()]).toEqual([undefined, []]);
  });
});
