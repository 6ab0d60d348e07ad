import { expect, it } from 'vitest';
import { settingsSchema } from '../../config/settings.ts';
import { AppError } from '../../contract/errors.ts';
import { untilClosed } from './until-closed.ts';

const away = new AppError('CASSANDRA_UNREACHABLE', 'Cassandra does not answer', { detail: 'a slow page' });

/** Books of a run whose time is over, at their n-th reading. */
async function closeLate(read: (time: number) => readonly string[]) {
  const said: string[] = [];
  let times = 0;
  const books = await untilClosed(
    async () => read(++times),
    (open) => open,
    {
      settings: settingsSchema.parse({}),
      deadline: Date.now() - 1,
      report: (line) => said.push(line),
      signal: new AbortController().signal,
    },
  );
  return { books, said };
}

it('reads the books again when a page was slow, though their time is over', async () => {
  const { books, said } = await closeLate((time) => {
    if (time === 1) throw away;
    return ['one is missing'];
  });
  expect(said).toEqual(['the books cannot be read yet: a slow page']);
  expect(books).toEqual(['one is missing']);
});

it('throws at once what no other reading would mend', async () => {
  const closing = closeLate(() => {
    throw new TypeError('no such column');
  });
  await expect(closing).rejects.toThrow('no such column');
});
