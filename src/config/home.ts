import { resolve } from 'node:path';
import envPaths from 'env-paths';
import { AppError } from '../contract/errors.ts';

/**
 * Where everything of one stack lives: `--home`, then `TWITCHSTATS_HOME`, then the platform's data directory.
 * @throws AppError USAGE when the flag is empty, as of a variable that is not set: `down --purge` must not mean another home
 */
export function resolveHome(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): string {
  if (flag === '') {
    throw new AppError('USAGE', '--home is empty', { hint: 'Name a directory, or leave --home out.' });
  }
  const chosen = flag ?? env.TWITCHSTATS_HOME;
  return chosen === undefined || chosen === ''
    ? envPaths('twitchstats', { suffix: '' }).data
    : resolve(cwd, chosen);
}
