import { readFileSync } from 'node:fs';
import { watch } from 'chokidar';
import { isLogin, loginOf } from '../../contract/channel-names.ts';
import { AppError, messageOf } from '../../contract/errors.ts';

/**
 * The logins in a file, one a line; `#` in front of a login is left out, and so are empty lines and what follows `//`.
 * @throws AppError FILE_UNREADABLE, CONFIG_INVALID naming the line that is no login.
 */
export function readChannelsFile(path: string): string[] {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError('FILE_UNREADABLE', `Cannot read ${path}`, { detail: messageOf(cause), cause });
  }
  const names = content
    .split(/\r?\n/)
    .map((line, index) => ({
      number: index + 1,
      name: loginOf(line.replace(/\/\/.*/, '').trim()),
    }))
    .filter(({ name }) => name !== '');
  for (const { number, name } of names) {
    if (isLogin(name)) continue;
    throw new AppError('CONFIG_INVALID', `${path}:${number}: "${name}" is no Twitch login`);
  }
  return [...new Set(names.map(({ name }) => name))];
}

/**
 * Calls `onChange` when it begins to watch and after each change of the file, and `onError` when changes cannot be noticed:
 * inotify has limits.
 * @returns what ends it; while it goes on, it keeps the process alive
 */
export function watchFile(
  path: string,
  onChange: () => void,
  onError: (error: unknown) => void,
): () => Promise<void> {
  const watcher = watch(path, { awaitWriteFinish: { stabilityThreshold: 100 } });
  watcher.on('add', onChange).on('change', onChange).on('error', onError);
  return () => watcher.close();
}
