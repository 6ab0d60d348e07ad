import { AppError, messageOf } from '../contract/errors.ts';

/** A file or directory is in the way, the disk is full or read-only, or it belongs to somebody else. */
const codes = new Set(['EACCES', 'EDQUOT', 'EEXIST', 'EISDIR', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS']);

/** What the file system refused, as an error that a person can act on; anything else as it is. */
export function asHomeError(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return error;
  if (!codes.has(String(error.code))) return error;
  return new AppError('HOME_NOT_WRITABLE', `Cannot write to ${error.path}`, {
    detail: messageOf(error),
    cause: error,
  });
}
