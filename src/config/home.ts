import { resolve } from 'node:path';
import envPaths from 'env-paths';

/** Where everything of one stack lives: `--home`, then `TWITCHSTATS_HOME`, then the platform's data directory. */
export function resolveHome(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): string {
  const chosen = flag ?? env.TWITCHSTATS_HOME;
  return chosen === undefined || chosen === ''
    ? envPaths('twitchstats', { suffix: '' }).data
    : resolve(cwd, chosen);
}
