import { open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../../contract/errors.ts';

const PIECE_BYTES = 1024 * 1024;

/**
 * Deletes the segments of a commit log that are nothing but zeros. Cassandra makes a segment at its full size and then
 * writes its header; where that never came to the disk, which was full, it would refuse to start for ever: "Could not read
 * commit log descriptor". One with any byte set is left alone.
 */
export async function removeEmptySegments(commitLog: string): Promise<void> {
  for (const name of await namesIn(commitLog)) {
    const path = join(commitLog, name);
    if (/^CommitLog-[\d-]+\.log$/.test(name) && (await isAllZeros(path))) await unlink(path);
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

async function isAllZeros(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const piece = Buffer.alloc(PIECE_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(piece);
      if (bytesRead === 0) return true;
      if (piece.subarray(0, bytesRead).some((byte) => byte !== 0)) return false;
    }
  } finally {
    await file.close();
  }
}
