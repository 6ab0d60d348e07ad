import { readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { homePaths } from './paths.ts';

export interface PurgeTarget {
  readonly path: string;
  readonly bytes: number;
}

/** What a purge deletes and what it would free: only directories that we made ourselves. */
export function purgeTargets(home: string): PurgeTarget[] {
  return ownDirectories(home).flatMap((path) => {
    const bytes = sizeBelow(path);
    return bytes === undefined ? [] : [{ path, bytes }];
  });
}

/** Deletes them, and the home directory itself when nothing else is in it. Gives what was deleted. */
export function purge(home: string): string[] {
  const deleted = purgeTargets(home).map(({ path }) => path);
  for (const path of deleted) rmSync(path, { recursive: true, force: true });
  try {
    rmdirSync(home);
  } catch {
    // Somebody keeps something of their own there, or it was never made.
  }
  return deleted;
}

function ownDirectories(home: string): string[] {
  const { data, cache, logs, run, stack } = homePaths(home);
  return [data, logs, run, stack, cache];
}

/** Disk space, so that sparse files count for what they take; undefined when it is not there. */
function sizeBelow(directory: string): number | undefined {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' }).reduce((sum, name) => {
      const entry = statSync(join(directory, name), { throwIfNoEntry: false });
      return sum + (entry?.isFile() ? entry.blocks * 512 : 0);
    }, 0);
  } catch {
    return undefined;
  }
}
