import { expect, it, vi } from 'vitest';
import { closeBooks } from './close-books.ts';
import type { PipeBooks } from './pipe-books.ts';

const pipe = (books: PipeBooks) => ({
  progress: async () => ({ counted: 5, archived: 5 }),
  books: async () => books,
});

it('says that the books close', async () => {
  const said: string[] = [];
  await closeBooks(pipe({ rows: 5, byUser: 5, counted: 5 }), 5, (line) => said.push(line));
  expect(said).toEqual(['the books close: sent 5, rows 5, by user 5, counted 5']);
});

it('refuses books in which only the table by user is wrong', async () => {
  const closing = closeBooks(pipe({ rows: 5, byUser: 6, counted: 5 }), 5, () => undefined);
  await expect(closing).rejects.toThrow('the books do not close: sent 5, rows 5, by user 6, counted 5');
});

it('looks again when a look took longer than what it read needed to settle', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const said: string[] = [];
    const counts = [4, 5];
    const books = async () => {
      vi.setSystemTime(Date.now() + 90_000);
      return { rows: 5, byUser: 5, counted: counts.shift() ?? 0 };
    };
    await closeBooks({ ...pipe({ rows: 5, byUser: 5, counted: 5 }), books }, 5, (line) => said.push(line));
    expect(said).toEqual(['the books close: sent 5, rows 5, by user 5, counted 5']);
  } finally {
    vi.useRealTimers();
  }
});
