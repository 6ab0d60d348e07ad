import { AppError, messageOf } from '../contract/errors.ts';
import { fullDisk } from './disk.ts';

/** A file or directory is in the way, the disk is full or read-only, or it belongs to somebody else. */
const codes = new Set(['EACCES', 'EDQUOT', 'EEXIST', 'EISDIR', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS']);

const FREE_SPACE = 'Free some space, or choose another directory with --home.';

/** The disk is full, or our share of it: found while writing, where Node does not say to which file. */
const fullCodes = new Set(['EDQUOT', 'ENOSPC']);

/**
 * What the file system refused, as an error that a person can act on; anything else as it is.
 * @param directory where it was written, for errors that name no path
 */
export function asHomeError(error: unknown, directory: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  const path = 'path' in error && codes.has(code) ? error.path : fullCodes.has(code) ? directory : undefined;
  if (path === undefined) return error;
  return homeNotWritable(String(path), error);
}

export function homeNotWritable(path: string, cause: unknown): AppError {
  const isFull = cause instanceof Error && 'code' in cause && fullCodes.has(String(cause.code));
  return new AppError('HOME_NOT_WRITABLE', `Cannot write to ${path}`, {
    detail: messageOf(cause),
    ...(isFull ? { hint: FREE_SPACE } : {}),
    cause,
  });
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
