import type { OutputStream } from '../../cli/io.ts';

const ENTER = '\x1b[?1049h\x1b[2J\x1b[H';
const LEAVE = '\x1b[?25h\x1b[?1049l';
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
