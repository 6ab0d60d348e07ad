import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChannelMessage, MessageCursor } from '../cassandra/message-pages.ts';
import type { ChatMessage } from '../contract/chat-message.ts';
import { seeded } from '../testing/seeded.ts';
import { isBalanced, type ReplayOptions, replay } from './replay.ts';
import { noPace } from './replay-pace.ts';

const channel = { id: '70001', name: 'some_channel' };

/** As the table gives them: by time, equal times by descending id. */
function archive(rows: number, seed: number): ChannelMessage[] {
  const random = seeded(seed);
  const messages = Array.from({ length: rows }, (_, index) => ({
    message_id: random.uuid(),
    user_id: String(random.integer(3)),
    username: 'viewer',
    message: `text ${index}`,
    timestamp: 1000 + random.integer(Math.ceil(rows / 4)),
    emotes: [],
  }));
  return messages.sort((a, b) => a.timestamp - b.timestamp || (a.message_id < b.message_id ? 1 : -1));
}

async function* pagesOf(rows: readonly ChannelMessage[], size: number, after?: MessageCursor) {
  const start =
    after === undefined ? 0 : rows.findIndex(({ message_id }) => message_id === after.message_id) + 1;
  for (let at = start; at < rows.length; at += size) yield rows.slice(at, at + size);
}

function setUp(overrides: Partial<ReplayOptions>) {
  const written: ChatMessage[] = [];
  const cursors: MessageCursor[] = [];
  const options: ReplayOptions = {
    channel,
    pages: pagesOf([], 1),
    sink: {
      write: async (messages) => {
        written.push(...messages);
        return messages.length;
      },
    },
    matches: () => true,
    pace: noPace,
    limit: Number.POSITIVE_INFINITY,
    onProgress: () => undefined,
    onCursor: async (cursor) => {
      cursors.push(cursor);
    },
    signal: new AbortController().signal,
    ...overrides,
  };
  return { options, written, cursors };
}

describe('replay', () => {
  it('writes whole messages, and keeps books that balance', async () => {
    const rows = archive(10, 1);
    const { options, written } = setUp({
      pages: pagesOf(rows, 4),
      matches: ({ user_id }) => user_id === '1',
    });
    const tally = await replay(options);
    const expected = rows.filter(({ user_id }) => user_id === '1');
    expect(written).toEqual(
      expected.map((row) => ({ channel_id: '70001', channel_name: 'some_channel', ...row })),
    );
    expect(tally).toMatchObject({ read: 10, written: expected.length, filtered: 10 - expected.length });
    expect(isBalanced(tally)).toBe(true);
  });

  it('does not balance when the sink took less than it was given', async () => {
    const { options } = setUp({
      pages: pagesOf(archive(10, 1), 4),
      sink: { write: async (messages) => messages.length - 1 },
    });
    expect(isBalanced(await replay(options))).toBe(false);
  });

  it('is whole when cut anywhere and resumed, equal milliseconds or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 60, maxLength: 60 }),
        async (count, pageSize, limits) => {
          const rows = archive(count, count);
          const all: string[] = [];
          let after: MessageCursor | undefined;
          for (const limit of limits) {
            const { options, written } = setUp({
              pages: pagesOf(rows, pageSize, after),
              matches: ({ user_id }) => user_id !== '0',
              limit,
            });
            const tally = await replay(options);
            expect(isBalanced(tally)).toBe(true);
            all.push(...written.map(({ message_id }) => message_id));
            after = tally.cursor ?? after;
          }
          const wanted = rows.filter(({ user_id }) => user_id !== '0');
          expect(all).toEqual(wanted.map(({ message_id }) => message_id));
        },
      ),
    );
  });

  it('leaves the cursor on the last row that it dealt with, when aborted', async () => {
    const rows = archive(10, 3);
    const stop = new AbortController();
    const { options, cursors } = setUp({ pages: pagesOf(rows, 4), signal: stop.signal });
    const tally = await replay({
      ...options,
      onCursor: async (cursor) => {
        await options.onCursor(cursor);
        stop.abort();
      },
    });
    expect(tally.read).toBe(4);
    expect(cursors).toEqual([{ timestamp: rows[3]?.timestamp, message_id: rows[3]?.message_id }]);
  });

  it('wants the next page only when the sink has room again', async () => {
    let asked = 0;
    async function* counted() {
      for (const page of [archive(2, 1), archive(2, 2)]) {
        asked += 1;
        yield page;
      }
    }
    let release = () => {};
    const { options } = setUp({
      pages: counted(),
      sink: {
        write: (messages) =>
          new Promise((resolve) => {
            release = () => resolve(messages.length);
          }),
      },
    });
    const ended = replay(options);
    await new Promise(setImmediate);
    expect(asked).toBe(1);
    release();
    await new Promise(setImmediate);
    expect(asked).toBe(2);
    release();
    await ended;
  });
});
