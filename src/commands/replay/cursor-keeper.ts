import { writeCursor } from '../../archive/replay-cursor.ts';
import type { MessageCursor } from '../../cassandra/message-pages.ts';
import type { ReplayTarget } from './sinks.ts';

export interface CursorKeeper {
  /** Takes note of the place behind what the target has taken; writes the file at most once a second. */
  moved(cursor: MessageCursor): Promise<void>;
  /** Writes what was noted last; when the replay was cut short, of what is certain to have arrived. */
  save(wasCut: boolean): Promise<void>;
}

const SAVE_EVERY_MS = 1000;

interface Place {
  readonly cursor: MessageCursor;
  /** What the target had taken then. */
  readonly bytes: number;
}

/**
 * Keeps the place of a replay in a file, if there is one. An orderly end leaves the exact place. Before it, only what is
 * certain to have arrived is kept: after Ctrl-C, a kill -9, or when the reader of a pipe dies, the next run repeats what still
 * lay in the pipe (after a kill -9 what was written in the last second too), and passes over nothing.
 */
export function cursorKeeper(
  file: string | undefined,
  channelId: string,
  target: Pick<ReplayTarget, 'bytes' | 'heldBytes'>,
): CursorKeeper {
  /** Those behind the one that was written last. */
  let places: Place[] = [];
  let savedAt = performance.now();
  const write = async (place: Place | undefined) => {
    if (file === undefined || place === undefined) return;
    await writeCursor(file, channelId, place.cursor);
    savedAt = performance.now();
  };
  const newestThatArrived = () => {
    const arrived = Math.max(0, target.bytes - target.heldBytes);
    return places.findLast(({ bytes }) => bytes <= arrived);
  };
  return {
    async save(wasCut) {
      await write(wasCut ? newestThatArrived() : places.at(-1));
      places = [];
    },
    async moved(cursor) {
      if (file === undefined) return;
      places.push({ cursor, bytes: target.bytes });
      if (performance.now() - savedAt < SAVE_EVERY_MS) return;
      const place = newestThatArrived();
      if (place === undefined) return;
      await write(place);
      places = places.slice(places.indexOf(place) + 1);
    },
  };
}
