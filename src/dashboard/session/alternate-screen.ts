import type { OutputStream } from '../../cli/io.ts';

/** Without autowrap: terminals do not agree how wide some characters are, and a line that is too long for one must not move the rest. */
const ENTER = '\x1b[?1049h\x1b[?7l\x1b[2J\x1b[H';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
export const CLEAR = '\x1b[2J\x1b[H';

/**
 * Switches to the alternate screen and gives back how to leave it. It is left once, and in every case: the process
 * may also end by an error that nobody caught, whose text must land on the normal screen.
 */
export function enterAlternateScreen(stdout: OutputStream): () => void {
  let isInside = true;
  const leave = () => {
    if (!isInside) return;
    isInside = false;
    process.off('exit', leave);
    process.off('uncaughtExceptionMonitor', leave);
    stdout.write(LEAVE);
  };
  process.on('exit', leave);
  process.on('uncaughtExceptionMonitor', leave);
  stdout.write(ENTER);
  return leave;
}
