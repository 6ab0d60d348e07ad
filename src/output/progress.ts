import ora from 'ora';
import type { Io } from '../cli/io.ts';
import { sanitize } from './sanitize.ts';

export interface Progress {
  /** Takes the line off the screen. */
  stop(): void;
}

const SHOW_AFTER_MS = 1000;
const REFRESH_MS = 200;

/**
 * One line on stderr that `describe` keeps up to date, for work that takes more than a second. Only where it disturbs
 * nothing: stderr is a terminal that moves its cursor, nobody asked for quiet, and no lines come through a stdout that is
 * a terminal too (they would run through this one).
 */
export function startProgress(
  io: Pick<Io, 'stdout' | 'stderr' | 'env'>,
  { quiet, writesLines }: { quiet: boolean; writesLines: boolean },
  describe: () => string,
): Progress {
  const isDisturbed = writesLines && io.stdout.isTTY === true;
  if (quiet || isDisturbed || io.stderr.isTTY !== true || io.env.TERM === 'dumb')
    return { stop: () => undefined };
  // Its own defaults would put stdin into raw mode and hook exits.
  // Without a colour: chalk, which it paints with, does not ask NO_COLOR.
  const spinner = ora({
    color: false,
    stream: io.stderr,
    discardStdin: false,
    hideCursor: false,
    isEnabled: true,
  });
  let refresh: NodeJS.Timeout | undefined;
  const update = () => {
    spinner.text = sanitize(describe());
  };
  const show = setTimeout(() => {
    update();
    spinner.start();
    refresh = setInterval(update, REFRESH_MS).unref();
  }, SHOW_AFTER_MS).unref();
  return {
    stop() {
      clearTimeout(show);
      clearInterval(refresh);
      spinner.stop();
    },
  };
}
