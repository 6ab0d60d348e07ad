import type { HandlerInput } from '../../cli/command.ts';
import { AppError, exitCodes } from '../../contract/errors.ts';
import { purge, purgeTargets } from '../../stack/purge.ts';
import { stopStack } from '../../stack/stop-stack.ts';
import { confirm } from './confirm.ts';

export interface DownOptions {
  readonly purge: boolean;
  readonly force: boolean;
}

/** @throws AppError STOP_INCOMPLETE, HOME_NOT_WRITABLE; USAGE for a purge that nobody can be asked about */
export async function runDown(input: HandlerInput<DownOptions>): Promise<number> {
  const { options, global, output, signal } = input;
  const targets = options.purge ? purgeTargets(global.home) : [];
  if (targets.length > 0 && !options.force && !(await mayPurge(input, targets))) {
    output.note('Nothing was stopped or deleted.');
    return exitCodes.failed;
  }
  const { wasRunning, stopped } = await stopStack({
    home: global.home,
    signal,
    onWaiting: (names) => output.note(`Stopping ${names.join(', ')}`),
  });
  const deleted = options.purge ? purge(global.home) : [];
  output.note(
    wasRunning ? 'Everything is stopped: no process left, all ports free.' : 'Nothing was running.',
  );
  if (options.purge)
    output.note(deleted.length === 0 ? 'There was nothing to delete.' : `Deleted ${deleted.join(', ')}.`);
  output.outcome({ was_running: wasRunning, stopped, deleted });
  return exitCodes.ok;
}

async function mayPurge(
  { io, output, global, signal }: HandlerInput<DownOptions>,
  targets: readonly { path: string; bytes: number }[],
): Promise<boolean> {
  const what = [
    `This deletes, under ${global.home}:`,
    ...targets.map(({ path, bytes }) => `  ${path}  ${(bytes / 1_000_000).toFixed(1)} MB`),
  ];
  if (io.stdin.isTTY !== true) {
    for (const line of what) output.note(line);
    throw new AppError('USAGE', 'Nobody can be asked whether all this may be deleted', {
      hint: 'Say so with `twitchstats down --purge --force`.',
    });
  }
  // Part of the question, which --quiet does not mute.
  return confirm(io, [...what, 'Delete it? [y/N] '].join('\n'), signal);
}
