import { writeCursor } from '../../archive/replay-cursor.ts';
import type { MessageCursor } from '../../cassandra/message-pages.ts';

export interface CursorKeeper {
  /** Takes note; writes the file at most once a second. */
  moved(cursor: MessageCursor): Promise<void>;
  /** Writes what was noted last. */
  save(): Promise<void>;
}

const SAVE_EVERY_MS = 1000;

/**
 * Keeps the place of a replay in a file, if there is one. An orderly end, Ctrl-C included, leaves the exact place; after
 * a kill -9 the next run repeats at most what was written in the last second, and passes over nothing.
 */
export function cursorKeeper(file: string | undefined, channelId: string): CursorKeeper {
  let latest: MessageCursor | undefined;
  let savedAt = performance.now();
  const save = async () => {
    if (file === undefined || latest === undefined) return;
    await writeCursor(file, channelId, latest);
    latest = undefined;
    savedAt = performance.now();
  };
  return {
    save,
    async moved(cursor) {
      latest = cursor;
      if (performance.now() - savedAt >= SAVE_EVERY_MS) await save();
    },
  };
}
