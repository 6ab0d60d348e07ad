import stringWidth from 'string-width';
import type { OutputStream } from '../cli/io.ts';
import { sanitizeStyled } from './sanitize.ts';

/** Some lines at the bottom of a terminal that are painted again in place. */
export interface LiveLines {
  /** Paints these instead of the last ones; nothing is written when they are the same. */
  update(lines: readonly string[]): void;
  /** Leaves what is painted where it is and goes on below. */
  keep(): void;
  /** Takes what is painted away. */
  clear(): void;
}

/**
 * For a stream that is a terminal. Lines are cut to its width, since a terminal that wraps them cannot be told to go back
 * the right number of lines; never more than its height, for the same reason.
 */
export function createLiveLines(stream: OutputStream): LiveLines {
  let painted: string[] = [];
  const erase = () => (painted.length === 0 ? '' : `\r\u001B[${painted.length}A\u001B[0J`);
  return {
    update(lines) {
      const next = lines
        .slice(0, (stream.rows || 24) - 1)
        .map((line) => cutTo(line, (stream.columns || 80) - 1));
      if (next.join('\n') === painted.join('\n')) return;
      stream.write(`${erase()}${next.map((line) => `${line}\n`).join('')}`);
      painted = next;
    },
    keep() {
      painted = [];
    },
    clear() {
      stream.write(erase());
      painted = [];
    },
  };
}

/** Cuts the visible text, not the colours around it. */
function cutTo(line: string, columns: number): string {
  const safe = sanitizeStyled(line);
  if (stringWidth(safe) <= columns) return safe;
  let width = 0;
  let text = '';
  for (const part of safe.split(/(\u001B\[[0-9;]*m)/)) {
    if (part.startsWith('\u001B')) {
      text += part;
      continue;
    }
    for (const character of part) {
      width += stringWidth(character);
      if (width <= columns - 1) text += character;
    }
  }
  return `${text}…`;
}
