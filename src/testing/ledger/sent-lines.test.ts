import { expect, it } from 'vitest';
import { notToldOf, sentLines } from './sent-lines.ts';

it('knows between which times a line left', () => {
  const ledger = sentLines();
  const line = (id: string, at: number) =>
    ledger.write({ type: 'line', at, channel: 'alpha', id, to: [1], lost: {} });
  line('a', 10);
  line('b', 11);
  ledger.flushed?.(15);
  line('c', 20);
  expect(ledger.lines.map(({ datedAt, leftAt }) => [datedAt, leftAt])).toEqual([
    [10, 15],
    [11, 15],
    [20, Number.POSITIVE_INFINITY],
  ]);
});

it('lets only a gap of the channel, in which the line may have left, account for it', () => {
  const lost = [
    { id: 'a', channel: 'alpha', datedAt: 10, leftAt: 15, lateMs: 0 },
    { id: 'b', channel: 'alpha', datedAt: 31, leftAt: 32, lateMs: 0 },
    { id: 'c', channel: 'beta', datedAt: 20, leftAt: 21, lateMs: 0 },
  ];
  const gaps = [{ channel_name: 'alpha', from: 15, to: 30 }];
  expect(notToldOf(lost, gaps).map(({ id }) => id)).toEqual(['b', 'c']);
});

it('lets a gap account for a line that came late if it was said within it', () => {
  const ledger = sentLines();
  const line = Buffer.from('@id=a;tmi-sent-ts=700 :someone!s@s PRIVMSG #alpha :hello');
  ledger.write({ type: 'line', at: 1000, channel: 'alpha', id: 'a', to: [1], lost: {} }, line);
  ledger.flushed?.(1005);
  const silent = (from: number, to: number) =>
    notToldOf(ledger.lines, [{ channel_name: 'alpha', from, to }]).length;
  expect([silent(600, 800), silent(705, 800), silent(706, 1100)]).toEqual([0, 0, 1]);
});
