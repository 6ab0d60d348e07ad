import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError, hasCode } from '../contract/errors.ts';
import { homeNotWritable } from './home-error.ts';
import { identityOf, isAlive, type ProcessIdentity } from './identity.ts';
import { homePaths } from './paths.ts';

export interface Lock {
  release(): void;
}

const ownerSchema = z.object({ pid: z.number(), started: z.string() });

/**
 * Makes this process the only supervisor under `home`.
 * @returns the living owner when there is one
 * @throws AppError HOME_NOT_WRITABLE
 */
export function acquireSupervisorLock(home: string): Lock | ProcessIdentity {
  return acquireLock(lockFile(home), home);
}

/**
 * Makes this process the only owner of a lock file. One whose owner is dead, or that is not readable, is no lock.
 * @param place what is said not to be writable when the file cannot be made
 * @returns the living owner when there is one
 * @throws AppError HOME_NOT_WRITABLE
 */
export function acquireLock(lock: string, place: string): Lock | ProcessIdentity {
  const directory = dirname(lock);
  const candidate = `${lock}.${randomUUID()}`;
  const mine = JSON.stringify(identityOf(process.pid));
  inHome(place, () => mkdirSync(directory, { recursive: true }));
  try {
    inHome(place, () => writeFileSync(candidate, mine));
    for (let attempt = 0; attempt < 10; attempt += 1) {
      // link() makes the lock with its content in one step, or fails when there is one.
      if (tryLink(candidate, lock)) return { release: () => release(lock, mine) };
      const owner = lockOwner(lock);
      if (owner !== undefined) return owner;
      discardStale(lock);
    }
    throw new AppError('HOME_NOT_WRITABLE', `Cannot lock ${place}`, { detail: lock });
  } finally {
    rmSync(candidate, { force: true });
  }
}

/** Who supervises `home`: from its first moment on, when it has not yet written down what it starts. */
export function supervisorOf(home: string): ProcessIdentity | undefined {
  return lockOwner(lockFile(home));
}

/** The living owner of a lock file, if there is one. */
export function lockOwner(lock: string): ProcessIdentity | undefined {
  const owner = ownerOf(lock);
  return owner !== undefined && isAlive(owner) ? owner : undefined;
}

function lockFile(home: string): string {
  return join(homePaths(home).stack, 'supervisor.lock');
}

function inHome(home: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw homeNotWritable(home, cause);
  }
}

function tryLink(candidate: string, lock: string): boolean {
  try {
    linkSync(candidate, lock);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

function ownerOf(lock: string): ProcessIdentity | undefined {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(lock, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Takes a dead lock aside; should another have replaced it in between, the living one is put back. */
function discardStale(lock: string): void {
  const aside = `${lock}.stale.${randomUUID()}`;
  try {
    renameSync(lock, aside);
  } catch {
    return; // Another was faster.
  }
  if (lockOwner(aside) !== undefined) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function release(lock: string, mine: string): void {
  try {
    if (readFileSync(lock, 'utf8') === mine) rmSync(lock);
  } catch {
    // It has gone already.
  }
}
