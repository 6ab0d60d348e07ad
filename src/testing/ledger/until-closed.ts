import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../config/settings.ts';
import { AppError } from '../../contract/errors.ts';
import { untilCaughtUp } from './readers.ts';

export interface ClosingOptions {
  readonly settings: Settings;
  /** Until the books must be closed (epoch ms). */
  readonly deadline: number;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** How long after the deadline books that cannot be read are tried again: one slow page is no reason to have read none. */
const READ_AGAIN_MS = 120_000;

/**
 * Reads all books until they close, or until the time is over: then what is still open is the result.
 * @param openIn what does not close
 * @throws what `read` throws: at once when trying again would not help, else after the deadline
 */
export async function untilClosed<Books>(
  read: () => Promise<Books>,
  openIn: (books: Books) => readonly unknown[],
  { settings, deadline, report, signal }: ClosingOptions,
): Promise<Books> {
  for (;;) {
    await untilCaughtUp(settings, deadline, report, signal);
    const isOver = Date.now() > deadline;
    const books = await read().catch((error: unknown) => {
      // A server that came back a moment ago, on a busy machine: the books are read again.
      const isLast = Date.now() > deadline + READ_AGAIN_MS;
      if (isLast || !(error instanceof AppError && error.retryable)) throw error;
      report(`the books cannot be read yet: ${error.detail ?? error.message}`);
      return undefined;
    });
    if (books !== undefined) {
      const open = openIn(books);
      if (open.length === 0 || isOver) return books;
      const [first] = open;
      report(
        `${open.length} entries still open: ${typeof first === 'string' ? first : JSON.stringify(first)}`,
      );
    }
    await sleep(2000, undefined, { signal });
  }
}
