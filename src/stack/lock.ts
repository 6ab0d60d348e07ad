import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { AppError, hasCode } from '../contract/errors.ts';
import { homeNotWritable } from './home-error.ts';
import { identityOf, isAlive, type ProcessIdentity } from './identity.ts';
import { homePaths } from './paths.ts';

export interface SupervisorLock {
  release(): void;
}

const ownerSchema = z.object({ pid: z.number(), started: z.string() });

/**
 * Makes this process the only supervisor under `home`. A lock whose owner is dead, or that is not readable, is no lock.
 * @returns the living owner when there is one
 * @throws AppError HOME_NOT_WRITABLE
 */
export function acquireSupervisorLock(home: string): SupervisorLock | ProcessIdentity {
  const directory = homePaths(home).stack;
  const lock = lockFile(home);
  const candidate = join(directory, `supervisor.${randomUUID()}`);
  const mine = JSON.stringify(identityOf(process.pid));
  inHome(home, () => mkdirSync(directory, { recursive: true }));
  try {
    inHome(home, () => writeFileSync(candidate, mine));
    for (let attempt = 0; attempt < 10; attempt += 1) {
      // link() makes the lock with its content in one step, or fails when there is one.
      if (tryLink(candidate, lock)) return { release: () => release(lock, mine) };
      const owner = ownerOf(lock);
      if (owner !== undefined && isAlive(owner)) return owner;
      discardStale(lock, directory);
    }
    throw new AppError('HOME_NOT_WRITABLE', `Cannot lock ${home}`, { detail: lock });
  } finally {
    rmSync(candidate, { force: true });
  }
}

/** Who supervises `home`: from its first moment on, when it has not yet written down what it starts. */
export function supervisorOf(home: string): ProcessIdentity | undefined {
  const owner = ownerOf(lockFile(home));
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
function discardStale(lock: string, directory: string): void {
  const aside = join(directory, `stale.${randomUUID()}`);
  try {
    renameSync(lock, aside);
  } catch {
    return; // Another was faster.
  }
  const owner = ownerOf(aside);
  if (owner !== undefined && isAlive(owner)) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function release(lock: string, mine: string): void {
  try {
    if (readFileSync(lock, 'utf8') === mine) rmSync(lock);
  } catch {
    // It has gone already.
  }
}
