import { Writable } from 'node:stream';
import type { OutputStream } from '../cli/io.ts';

/** Written at the latest after this, or when so much has gathered. */
const GATHER_MS = 20;
const GATHER_BYTES = 16_384;

/**
 * A stream in front of `target` that writes what came within 20 ms at once: a line a request is a system call a request
 * otherwise. What is gathered when the process ends is written then; only a `kill -9` loses it. A terminal gets every
 * line as it comes.
 */
export function gatheredStream(target: OutputStream): OutputStream {
  if (target.isTTY === true) return target;
  let gathered = '';
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (gathered === '') return;
    const text = gathered;
    gathered = '';
    target.write(text);
  };
  process.once('exit', flush);
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      gathered += chunk.toString();
      if (gathered.length >= GATHER_BYTES) flush();
      else timer ??= setTimeout(flush, GATHER_MS).unref();
      done();
    },
    final(done) {
      process.off('exit', flush);
      flush();
      done();
    },
  });
}
