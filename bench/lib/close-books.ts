import { setTimeout as sleep } from 'node:timers/promises';
import type { PipeBooks } from './pipe-books.ts';
import { drained, type WholePipe } from './whole-pipe.ts';

/** What is archived is there to be read, and the last windows are written within a second or two. */
const SETTLED_MS = 60_000;
const BETWEEN_LOOKS_MS = 1000;

/** Rows of both tables and published counts must be exactly the messages sent. @throws Error otherwise: then none of the figures counts */
export async function closeBooks(
  pipe: Pick<WholePipe, 'progress' | 'books'>,
  sent: number,
  say: (line: string) => void,
): Promise<void> {
  // A Cassandra that is catching up does not answer in time. What never arrives the books say.
  await drained(async () => {
    const { counted, archived } = await pipe.progress();
    return sent - Math.min(counted, archived);
  });
  const settledAt = Date.now() + SETTLED_MS;
  let books: PipeBooks;
  let lookedAt: number;
  do {
    lookedAt = Date.now();
    books = await pipe.books().catch((error: unknown) => {
      // A Cassandra that is busy does not answer in time: it is asked again.
      if (lookedAt >= settledAt) throw error;
      return { rows: 0, byUser: 0, counted: 0 };
    });
    if (Math.min(books.counted, books.rows, books.byUser) >= sent) break;
    await sleep(BETWEEN_LOOKS_MS);
    // A look at millions of rows takes longer than they need to settle, and says how it was when it began.
  } while (lookedAt < settledAt);
  const whole = (number: number) => number.toLocaleString('en-US');
  const words = `sent ${whole(sent)}, rows ${whole(books.rows)}, by user ${whole(books.byUser)}, counted ${whole(books.counted)}`;
  const isClosed = [books.rows, books.byUser, books.counted].every((number) => number === sent);
  if (!isClosed) throw new Error(`the books do not close: ${words}`);
  say(`the books close: ${words}`);
}
