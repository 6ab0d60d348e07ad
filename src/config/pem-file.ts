import { readFileSync } from 'node:fs';
import { AppError, messageOf } from '../contract/errors.ts';

/**
 * The text of a TLS file that a setting names.
 * @throws AppError FILE_UNREADABLE naming both
 */
export function readPemFile(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', `Cannot read ${path}, which ${setting} names`, {
      detail: messageOf(cause),
      cause,
    });
  }
}
