import { describe, expect, it } from 'vitest';
import { type ArchivedRow, type Books, closeBooks, distinctById, rowBook } from './books.ts';
import { scheduleFaults } from './faults.ts';
import { planMessages } from './plan.ts';
import { foldWindows } from './windows.ts';

const planned = {
  seed: 1,
  messages: 2000,
  channels: 20,
  windowSeconds: 60,
  start: Date.UTC(2026, 0, 1),
  spanMs: 180_000,
};
const plan = planMessages(planned);

function closed(): Books {
  const rows = plan.distinct.map(
    ({ channel_id, message_id, timestamp, user_id, username, message, emotes }) => ({
      channel_id,
      message_id,
      timestamp,
      user_id,
      username,
      message,
      emotes: [...emotes],
    }),
  );
  return {
    sent: plan.sends,
    log: plan.sends,
    rows,
    windows: foldWindows(plan.distinct, 60),
    windowSeconds: 60,
  };
}

describe('the plan', () => {
  it('is the same for the same seed', () => {
    expect(planMessages(planned)).toEqual(plan);
  });

  it('redelivers, is out of order, and has chat of years ago', () => {
    expect(plan.sends.length).toBeGreaterThan(plan.distinct.length);
    expect(new Set(plan.distinct.map(({ channel_id }) => channel_id)).size).toBe(20);
    expect(plan.distinct.some(({ timestamp }) => timestamp < Date.UTC(2021, 0, 1))).toBe(true);
    const times = plan.distinct.map(({ timestamp }) => timestamp);
    expect([...times].sort((a, b) => a - b)).not.toEqual(times);
  });

  it('schedules faults by seed, in order of time', () => {
    const targets = [
      { name: 'count', kinds: ['kill', 'pause'], weight: 2 },
      { name: 'kafka', kinds: ['restart'], weight: 1 },
    ] as const;
    const faults = scheduleFaults(3, 20, targets);
    expect(faults).toEqual(scheduleFaults(3, 20, targets));
    expect(faults.map(({ at }) => at)).toEqual(faults.map(({ at }) => at).sort((a, b) => a - b));
    expect(new Set(faults.map(({ target }) => target))).toEqual(new Set(['count', 'kafka']));
  });
});

describe('the books', () => {
  it('close when everything is there once', () => {
    expect(closeBooks(closed())).toEqual([]);
  });

  it.each<[string, (books: Books) => Books, object]>([
    [
      'a message lost by the broker',
      (b) => ({
        ...b,
        log: b.log.filter(({ message_id }) => message_id !== plan.distinct[9]?.message_id),
        rows: b.rows.filter((_, i) => i !== 9),
        windows: foldWindows(
          plan.distinct.filter((_, i) => i !== 9),
          60,
        ),
      }),
      { book: 'log', kind: 'missing' },
    ],
    [
      'a message under a fresh id, counted and archived like any other',
      (b) => {
        const fresh = b.log.slice(0, 1).map((message) => ({ ...message, message_id: 'fresh' }));
        const log = [...b.log, ...fresh];
        return { ...b, log, windows: foldWindows([...plan.distinct, ...fresh], 60) };
      },
      { book: 'log', kind: 'unexpected' },
    ],
    [
      'a message that says something else than was sent, the second time',
      (b) => ({
        ...b,
        log: [...b.log, ...b.log.slice(0, 1).map((message) => ({ ...message, timestamp: 1 }))],
      }),
      { book: 'log', kind: 'different' },
    ],
    [
      'a row that was never written',
      (b) => ({ ...b, rows: b.rows.slice(1) }),
      { book: 'archive', kind: 'missing' },
    ],
    [
      'a row that stands twice',
      (b) => ({ ...b, rows: [...b.rows, ...b.rows.slice(0, 1)] }),
      { book: 'archive', kind: 'double' },
    ],
    [
      'a row under an id nobody sent',
      (b) => ({ ...b, rows: [...b.rows, ...b.rows.slice(0, 1).map((row) => ({ ...row, message_id: 'x' }))] }),
      { book: 'archive', kind: 'unexpected' },
    ],
    [
      "a row under another user's name",
      (b) => ({ ...b, rows: b.rows.map((row) => ({ ...row, username: 'x' })) }),
      { book: 'archive', kind: 'different' },
    ],
    [
      'emotes written twice into a list',
      (b) => ({ ...b, rows: b.rows.map((row) => ({ ...row, emotes: [...row.emotes, ...row.emotes] })) }),
      { book: 'archive', kind: 'different' },
    ],
    [
      'a redelivery counted twice',
      (b) => ({
        ...b,
        windows: b.windows.map((window, i) => (i === 3 ? { ...window, count: window.count + 1 } : window)),
      }),
      { book: 'windows', kind: 'different' },
    ],
    [
      'a window never published',
      (b) => ({ ...b, windows: b.windows.slice(1) }),
      { book: 'windows', kind: 'missing' },
    ],
    [
      'a window without messages',
      (b) => ({
        ...b,
        windows: [...b.windows, ...b.windows.slice(0, 1).map((window) => ({ ...window, windowStart: 0 }))],
      }),
      { book: 'windows', kind: 'unexpected' },
    ],
  ])('show %s', (_, damage, expected) => {
    expect(closeBooks(damage(closed()))).toContainEqual(expect.objectContaining(expected));
  });
});

it('the rows by user are a book of their own', () => {
  const log = distinctById(plan.distinct);
  const rows = closed().rows;
  const open = (damaged: readonly ArchivedRow[]) => {
    const book = rowBook('by user', log);
    for (const row of damaged) book.add(row);
    return book.close().map(({ book, kind }) => `${book}: ${kind}`);
  };
  expect(open(rows)).toEqual([]);
  expect(open(rows.slice(1))).toEqual(['by user: missing']);
  expect(open([...rows, ...rows.slice(0, 1)])).toEqual(['by user: double']);
  expect(open(rows.map((row, at) => (at === 3 ? { ...row, username: 'x' } : row)))).toEqual([
    'by user: different',
  ]);
});
