import { setTimeout as sleep } from 'node:timers/promises';
import type { WholePipe } from './whole-pipe.ts';

/** What is on its way arrives within so long, and the last windows are written within a second or two. */
const SETTLED_MS = 120_000;

/** Rows and published counts must be exactly the messages sent. @throws Error otherwise: then none of the figures counts */
export async function closeBooks(pipe: WholePipe, sent: number, say: (line: string) => void): Promise<void> {
  let books = await pipe.books();
  const isBehind = () => books.counted < sent || books.rows < sent;
  for (const deadline = Date.now() + SETTLED_MS; isBehind() && Date.now() < deadline; ) {
    await sleep(1000);
    books = await pipe.books();
  }
  const whole = (number: number) => number.toLocaleString('en-US');
  const words = `sent ${whole(sent)}, rows ${whole(books.rows)}, counted ${whole(books.counted)}`;
  if (books.rows !== sent || books.counted !== sent) throw new Error(`the books do not close: ${words}`);
  say(`the books close: ${words}`);
}
