import type { Writable } from 'node:stream';

/**
 * Resolves when all that was written to `stream` has left the process, or never can. Not by 'drain': a stream says that
 * only after a `write` that returned false, and a full pipe can hold back less than that.
 */
export function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    // Even an empty write to a full disk may fail.
    if (stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
