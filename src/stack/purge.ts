import { lstatSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../contract/errors.ts';
import { acquireSupervisorLock, lockOwner } from './lock.ts';
import { namesIn } from './names-in.ts';
import { homePaths } from './paths.ts';
import { serviceNames } from './service.ts';

export interface PurgeTarget {
  readonly path: string;
  readonly bytes: number;
}

/**
 * What a purge deletes and what it would free: only what we made ourselves. A home may be a directory that somebody else
 * has a `data` or `logs` in as well; of such a one only ours is named.
 */
export function purgeTargets(home: string): PurgeTarget[] {
  return ownDirectories(home)
    .flatMap(ownPathsIn)
    .map((path) => ({ path, bytes: diskSpaceOf(path) }));
}

/** The directory itself where all in it is ours. */
function ownPathsIn({ path, isOwn }: OwnDirectory): string[] {
  const names = namesIn(path);
  const own = names.filter((name) => isOwn.test(name));
  if (own.length === 0) return [];
  return own.length === names.length ? [path] : own.map((name) => join(path, name));
}

/**
 * Deletes them, and the home directory itself when nothing else is in it. Gives what was deleted. Meanwhile no stack
 * starts under it: an `up` that waits for the one that was just stopped waits for this too.
 * @throws AppError STOP_INCOMPLETE when such an `up` was faster, or an `ingest` of its own runs; nothing is deleted then
 */
export function purge(home: string): string[] {
  const deleted = ownDirectories(home).flatMap(ownPathsIn);
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
    try {
      assertNobodyIngests(home);
      for (const directory of ownDirectories(home)) {
        for (const path of ownPathsIn(directory)) rmSync(path, { recursive: true, force: true });
        removeEmpty(directory.path);
      }
    } finally {
      lock.release();
    }
  }
  removeEmpty(home);
  return deleted;
}

/** What waits in memory or on disk for Kafka would be lost under one that runs beside the stack. */
function assertNobodyIngests(home: string): void {
  for (const name of ['ingest', 'ingest-stdin']) {
    const directory = join(homePaths(home).data, name);
    const owner = lockOwner(join(directory, 'lock'));
    if (owner === undefined) continue;
    throw new AppError('STOP_INCOMPLETE', `An \`ingest\` (pid ${owner.pid}) uses ${directory}`, {
      detail: 'nothing was deleted',
      hint: 'Stop it, then run `twitchstats down --purge` again.',
    });
  }
}

interface OwnDirectory {
  readonly path: string;
  /** Whether we made what is called so in it. */
  readonly isOwn: RegExp;
}

/** The last one holds the lock. */
function ownDirectories(home: string): OwnDirectory[] {
  const { data, cache, logs, run, stack } = homePaths(home);
  const services = serviceNames.join('|');
  return [
    { path: data, isOwn: /^(kafka|cassandra|processor(-\w+)?|ingest(-stdin)?)$/ },
    { path: logs, isOwn: new RegExp(`^(${services}|supervisor)(\\.1)?\\.log$`) },
    { path: run, isOwn: new RegExp(`^(${services}|processor-\\w+|kcat\\.conf)$`) },
    { path: cache, isOwn: /^(classpath|classes)-/ },
    { path: stack, isOwn: /^(state\.json|supervisor\.lock)/ },
  ];
}

function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Somebody keeps something of their own there, or it was never made.
  }
}

/** In bytes, so that sparse files count for what they take. */
function diskSpaceOf(path: string): number {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry?.isDirectory() !== true) return entry?.isFile() ? entry.blocks * 512 : 0;
  return namesIn(path).reduce((sum, name) => sum + diskSpaceOf(join(path, name)), 0);
}
