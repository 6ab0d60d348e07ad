import { writeCursor } from '../../archive/replay-cursor.ts';
import type { MessageCursor } from '../../cassandra/message-pages.ts';

export interface CursorKeeper {
  /** Takes note of a place with `written` messages before it; writes the file at most once a second. */
  moved(cursor: MessageCursor, written: number): Promise<void>;
  /** Writes what was noted last. */
  save(): Promise<void>;
}

const SAVE_EVERY_MS = 1000;

interface Place {
  readonly cursor: MessageCursor;
  readonly written: number;
}

/**
 * Keeps the place of a replay in a file, if there is one. An orderly end, Ctrl-C included, leaves the exact place. Before it,
 * only what is certain to have arrived is kept: after a kill -9, or when the reader of a pipe dies, the next run repeats what
 * was written in the last second or still lay in the pipe, and passes over nothing.
 * @param certain how many messages are certain to have arrived
 */
export function cursorKeeper(
  file: string | undefined,
  channelId: string,
  certain: () => number,
): CursorKeeper {
  /** The newest one that is certain, as far as was looked, and those after it. */
  let places: Place[] = [];
  let savedAt = performance.now();
  const write = async (place: Place | undefined) => {
    if (file === undefined || place === undefined) return;
    await writeCursor(file, channelId, place.cursor);
    savedAt = performance.now();
  };
  return {
    async save() {
      await write(places.at(-1));
      places = [];
    },
    async moved(cursor, written) {
      if (file === undefined) return;
      places.push({ cursor, written });
      if (performance.now() - savedAt < SAVE_EVERY_MS) return;
      const arrived = certain();
      const first = places.findLastIndex((place) => place.written <= arrived);
      if (first === -1) return;
      await write(places[first]);
      places = places.slice(first + 1);
    },
  };
}
