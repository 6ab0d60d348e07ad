import { setTimeout as sleep } from 'node:timers/promises';
import type { WholePipe } from './whole-pipe.ts';

/** After a flood a slow machine has minutes of work left, and a Cassandra that is catching up does not answer in time. */
const DRAINED_MS = 300_000;
/** What is archived is there to be read, and the last windows are written within a second or two. */
const SETTLED_MS = 60_000;

/** Rows and published counts must be exactly the messages sent. @throws Error otherwise: then none of the figures counts */
export async function closeBooks(pipe: WholePipe, sent: number, say: (line: string) => void): Promise<void> {
  await drained(pipe, sent);
  const deadline = Date.now() + SETTLED_MS;
  // A Cassandra that is busy does not answer in time: it is asked again.
  const look = () =>
    pipe.books().catch((error: unknown) => {
      if (Date.now() > deadline) throw error;
      return { rows: 0, counted: 0 };
    });
  let books = await look();
  while ((books.counted < sent || books.rows < sent) && Date.now() < deadline) {
    await sleep(1000);
    books = await look();
  }
  const whole = (number: number) => number.toLocaleString('en-US');
  const words = `sent ${whole(sent)}, rows ${whole(books.rows)}, counted ${whole(books.counted)}`;
  if (books.rows !== sent || books.counted !== sent) throw new Error(`the books do not close: ${words}`);
  say(`the books close: ${words}`);
}

/** Until so many messages were counted and archived, or it has taken too long: the books then say what is missing. */
async function drained(pipe: WholePipe, sent: number): Promise<void> {
  for (const deadline = Date.now() + DRAINED_MS; Date.now() < deadline; await sleep(500)) {
    const { counted, archived } = await pipe.progress();
    if (Math.min(counted, archived) >= sent) return;
  }
}
