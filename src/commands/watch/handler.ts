import type { HandlerInput } from '../../cli/command.ts';
import { exitCodes } from '../../contract/errors.ts';
import { prefersAscii } from '../../dashboard/view/prefers-ascii.ts';
import type { WatchOptions } from './command.ts';
import { printFrame } from './print-frame.ts';
import { printUpdates } from './print-updates.ts';
import { watchScreen } from './watch-screen.ts';

/** The dashboard on a terminal; updates as JSON lines with `--json`; else, or with `--once`, one frame as text. */
export async function runWatch(input: HandlerInput<WatchOptions>): Promise<number> {
  const { io, options, global } = input;
  const { settings } = input.config();
  const ascii = options.ascii ?? prefersAscii(io.env);
  if (global.json) return printUpdates(input, settings);
  if (options.once || io.stdout.isTTY !== true || io.env.TERM === 'dumb')
    return printFrame(input, settings, ascii);
  return (await watchScreen(input, settings, ascii)) === 'interrupt' ? exitCodes.interrupted : exitCodes.ok;
}
