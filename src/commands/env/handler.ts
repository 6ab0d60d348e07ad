import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HandlerInput } from '../../cli/command.ts';
import { AppError } from '../../contract/errors.ts';
import { runningStack } from '../../stack/discover.ts';
import { homePaths } from '../../stack/paths.ts';
import { environmentOf, kcatConfig, shellExports } from './exports.ts';

/** @throws AppError STACK_NOT_RUNNING */
export async function runEnv({ options, global, output }: HandlerInput<{ shell: 'posix' | 'fish' }>) {
  const running = runningStack(global.home);
  if (running === undefined) throw new AppError('STACK_NOT_RUNNING', `No stack runs under ${global.home}`);
  const directory = homePaths(global.home).run;
  const kcatFile = join(directory, 'kcat.conf');
  mkdirSync(directory, { recursive: true });
  writeFileSync(kcatFile, kcatConfig(running.settings));
  // A shell outlives the demo, and would point the next `up` for real chat at its simulator.
  const settings = { ...running.settings };
  if (running.demo) delete settings.TWITCH_IRC_URL;
  const variables = {
    TWITCHSTATS_HOME: global.home,
    ...environmentOf(settings),
    KCAT_CONFIG: kcatFile,
  };
  if (output.json) output.outcome(variables);
  else await output.text(shellExports(variables, options.shell));
  return undefined;
}
