import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';

export const noSpaceLeft = new Error('ENOSPC: no space left on device, write');

/** What {@link fullDisk} gives. */
export interface FullDisk {
  /** Writes that were refused so far. */
  readonly refused: number;
  /** Takes everything again. */
  free(): void;
}

/**
 * From now on the disk takes `wholeWrites` appends to open files, then the first `characters` of one more, and is full:
 * until it is freed, or the test is over.
 */
export async function fullDisk(directory: string, wholeWrites = 0, characters = 0): Promise<FullDisk> {
  const any = join(directory, 'any');
  const handle = await open(any, 'w');
  await handle.close();
  await rm(any);
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  const { appendFile } = prototype;
  let calls = 0;
  const writes = vi.spyOn(prototype, 'appendFile');
  writes.mockImplementation(async function (this: FileHandle, text) {
    calls++;
    if (calls <= wholeWrites) return appendFile.call(this, text);
    if (calls === wholeWrites + 1) await this.write(String(text).slice(0, characters));
    throw noSpaceLeft;
  });
  onTestFinished(() => writes.mockRestore());
  return {
    get refused() {
      return Math.max(0, calls - wholeWrites);
    },
    free: () => writes.mockRestore(),
  };
}
