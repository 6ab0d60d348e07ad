import { AppError, hasCode, messageOf } from '../contract/errors.ts';
import { fullDisk } from './disk.ts';

/** The disk is full, or our share of it: found while writing, where Node does not say to which file. */
const fullCodes = ['EDQUOT', 'ENOSPC'];

/** A file or directory is in the way, the disk is full or read-only, or it belongs to somebody else. */
const codes = [...fullCodes, 'EACCES', 'EEXIST', 'EISDIR', 'ENOTDIR', 'EPERM', 'EROFS'];

const FREE_SPACE = 'Free some space, or choose another directory with --home.';

/**
 * What the file system refused, as an error that a person can act on; anything else as it is.
 * @param directory where it was written, for errors that name no path
 */
export function asHomeError(error: unknown, directory: string): unknown {
  if (!hasOneOf(codes, error)) return error;
  if (error instanceof Error && 'path' in error) return homeNotWritable(String(error.path), error);
  return hasOneOf(fullCodes, error) ? homeNotWritable(directory, error) : error;
}

/** The same for a command that says nothing of the file system itself: only what lies under `home` is its own. */
export function asErrorUnder(home: string, error: unknown): unknown {
  const isUnder = error instanceof Error && 'path' in error && String(error.path).startsWith(home);
  return isUnder ? asHomeError(error, home) : error;
}

export function homeNotWritable(path: string, cause: unknown): AppError {
  return new AppError('HOME_NOT_WRITABLE', `Cannot write to ${path}`, {
    detail: messageOf(cause),
    ...(hasOneOf(fullCodes, cause) ? { hint: FREE_SPACE } : {}),
    cause,
  });
}

function hasOneOf(some: readonly string[], error: unknown): boolean {
  return some.some((code) => hasCode(error, code));
}

/** Why a start failed, when the disk is full: whatever its services say of it, that comes first. */
export function blameFullDisk(error: unknown, home: string): unknown {
  const full = fullDisk(home);
  if (full === undefined || !(error instanceof AppError)) return error;
  return new AppError('HOME_NOT_WRITABLE', `Not started: ${full}`, {
    detail: error.detail === undefined ? error.message : `${error.message}\n${error.detail}`,
    hint: FREE_SPACE,
    cause: error,
  });
}
