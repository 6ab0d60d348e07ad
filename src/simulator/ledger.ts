import { appendFileSync, closeSync, openSync } from 'node:fs';
import { AppError, messageOf } from '../contract/errors.ts';

/** Why a client that is in the channel did not get a line. */
export type LossReason = 'dropped' | 'half-open';

/** One entry of the ledger; times are epoch milliseconds, clients are numbers in the order of their coming. */
export type LedgerEntry =
  | {
      readonly type: 'line';
      readonly at: number;
      readonly channel: string;
      /** The message id, where the line has one. */
      readonly id: string | undefined;
      /** To whom it went; a client twice when it was doubled. */
      readonly to: readonly number[];
      /** From whom it was kept, and why. */
      readonly lost: Readonly<Record<number, LossReason>>;
    }
  | {
      readonly type: 'client';
      readonly at: number;
      readonly client: number;
      readonly event: 'connected' | 'logged in' | 'joined' | 'parted' | 'closed';
      readonly channel?: string;
    }
  | { readonly type: 'fault'; readonly at: number; readonly fault: Readonly<Record<string, unknown>> };

/** What the server did, so that a test can close the books over what arrived. */
export interface Ledger {
  /** @param line the raw line, of an entry about one */
  write(entry: LedgerEntry, line?: string | Buffer): void;
  /** All lines written so far have left to the clients they went to, by now (epoch ms): they were dated before that. */
  flushed?(at: number): void;
  close(): void;
}

/**
 * A ledger as JSON lines in a file. A file that takes no more is torn: what would have come after it is not written, for a
 * ledger with a hole in it closes no books.
 * @param onTorn hears that once, with OUTPUT_UNWRITABLE
 * @throws AppError FILE_UNREADABLE when the file cannot be opened
 */
export function fileLedger(path: string, onTorn: (error: AppError) => void): Ledger {
  let file: number;
  try {
    file = openSync(path, 'w');
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', `Cannot write the ledger ${path}`, {
      detail: messageOf(cause),
      cause,
    });
  }
  let buffer = '';
  let isTorn = false;
  const flush = () => {
    try {
      if (!isTorn) appendFileSync(file, buffer);
    } catch (cause) {
      isTorn = true;
      onTorn(
        new AppError('OUTPUT_UNWRITABLE', `Cannot write the ledger ${path}`, {
          detail: messageOf(cause),
          cause,
        }),
      );
    }
    buffer = '';
  };
  return {
    write(entry) {
      buffer += `${JSON.stringify(entry)}\n`;
      if (buffer.length > 65_536) flush();
    },
    close() {
      flush();
      closeSync(file);
    },
  };
}

/** A ledger in memory, for tests. */
export function memoryLedger(): Ledger & { readonly entries: readonly LedgerEntry[] } {
  const entries: LedgerEntry[] = [];
  return { entries, write: (entry) => entries.push(entry), close: () => undefined };
}
