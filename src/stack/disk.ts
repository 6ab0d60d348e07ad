import { statfsSync } from 'node:fs';

const MIB = 1024 * 1024;

/** Kafka and Cassandra preallocate files of up to 32 MiB, and die when the disk then takes no byte of one. */
const FULL_BELOW_BYTES = 64 * MIB;

/** Bytes that we may still write to the disk that has `directory`. @throws the file system's own error */
export function freeBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}

/** In words, when the disk that has `directory` is full or about to be; undefined otherwise, or when nobody can say. */
export function fullDisk(directory: string, belowBytes = FULL_BELOW_BYTES): string | undefined {
  try {
    const free = freeBytes(directory);
    if (free >= belowBytes) return undefined;
    return `the disk is full, ${(free / MIB).toFixed(1)} MiB are free in ${directory}`;
  } catch {
    return undefined;
  }
}
