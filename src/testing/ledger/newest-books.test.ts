import { expect, it } from 'vitest';
import { channelStatsSchema } from '../../contract/channel-stats.ts';
import { closeNewest, type NewestRecord } from './newest-books.ts';
import { publishedWindow } from './windows.ts';

function record(key: string, start: number, count = 1): NewestRecord {
  const stats = channelStatsSchema.parse({
    channel_id: key,
    channel_name: key,
    message_count: count,
    window_start: start,
    window_end: start + 60_000,
    window_duration_seconds: 60,
  });
  return { partition: 0, key, stats };
}

function historyOf(...records: readonly NewestRecord[]) {
  return records.flatMap(({ stats }) => (stats === undefined ? [] : [publishedWindow(stats)]));
}

const tombstone = (key: string): NewestRecord => ({ partition: 0, key, stats: undefined });
const [old, early, late] = [record('a', 0), record('a', 60_000, 1), record('a', 60_000, 2)];

it('closes over windows that grow and follow each other, of several channels at once', () => {
  const other = record('b', 0);
  expect(closeNewest(historyOf(old, late, other), [old, other, early, late])).toEqual([]);
});

it('shows every channel of the history when channel-stats is empty', () => {
  const open = closeNewest(historyOf(old, record('b', 0)), []);
  expect(open.map(({ kind, subject }) => [kind, subject])).toEqual([
    ['missing', 'a'],
    ['missing', 'b'],
  ]);
});

it('shows a channel that was taken back, one that is behind, and one that the history does not know', () => {
  expect(closeNewest(historyOf(old), [old, tombstone('a')])).toMatchObject([{ kind: 'missing' }]);
  expect(closeNewest(historyOf(old, late), [early])).toMatchObject([{ kind: 'different', subject: 'a' }]);
  expect(closeNewest([], [old])).toMatchObject([{ kind: 'different', subject: 'a' }]);
});

it('shows a step back, though the newest comes again behind it, and though a tombstone lies between', () => {
  const history = historyOf(old, late);
  const isBack = { kind: 'different', subject: 'a in partition 0' };
  expect(closeNewest(history, [late, old, late])).toMatchObject([isBack]);
  expect(closeNewest(history, [late, tombstone('a'), old, late])).toMatchObject([isBack]);
});
