import { readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contract/errors.ts';
import { acquireSupervisorLock } from './lock.ts';
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

/**
 * Deletes them, and the home directory itself when nothing else is in it. Gives what was deleted. Meanwhile no stack
 * starts under it: an `up` that waits for the one that was just stopped waits for this too.
 * @throws AppError STOP_INCOMPLETE when such an `up` was faster; nothing is deleted then
 */
export function purge(home: string): string[] {
  const deleted = purgeTargets(home).map(({ path }) => path);
  if (deleted.length > 0) {
    const lock = acquireSupervisorLock(home);
    if (!('release' in lock)) {
      throw new AppError(
        'STOP_INCOMPLETE',
        `Another \`up\` (pid ${lock.pid}) began meanwhile under ${home}`,
        {
          detail: 'nothing was deleted',
          hint: 'Run `twitchstats down --purge` again.',
        },
      );
    }
    for (const path of ownDirectories(home)) rmSync(path, { recursive: true, force: true });
  }
  try {
    rmdirSync(home);
  } catch {
    // Somebody keeps something of their own there, or it was never made.
  }
  return deleted;
}

/** The last one holds the lock. */
function ownDirectories(home: string): string[] {
  const { data, cache, logs, run, stack } = homePaths(home);
  return [data, logs, run, cache, stack];
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
