import type { OutputStream } from '../../cli/io.ts';

const SETTLED_AFTER_MS = 50;

/**
 * Tells of a resize at once, and again when the terminal has had its new size for 50 ms: dragging a window's edge makes
 * many sizes, and each would be a repaint. Ink has no such hook. Gives back how to stop.
 */
export function watchTerminalSize(
  stdout: OutputStream,
  { onResizing, onResized }: { onResizing: () => void; onResized: () => void },
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const onResize = () => {
    onResizing();
    clearTimeout(timer);
    timer = setTimeout(onResized, SETTLED_AFTER_MS);
  };
  stdout.on('resize', onResize);
  return () => {
    clearTimeout(timer);
    stdout.off('resize', onResize);
  };
}
