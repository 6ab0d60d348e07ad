import type { ChalkInstance } from 'chalk';
import type { Line, Style } from './line.ts';

/** The line as a terminal shows it, in the colours that `paint` has (none, where colours are off). */
export function paintLine(line: Line, paint: ChalkInstance): string {
  return line.map(({ text, style }) => painters[style](paint, text)).join('');
}

const painters: Readonly<Record<Style, (paint: ChalkInstance, text: string) => string>> = {
  plain: (_paint, text) => text,
  dim: (paint, text) => paint.dim(text),
  strong: (paint, text) => paint.bold(text),
  title: (paint, text) => paint.bold.magenta(text),
  good: (paint, text) => paint.green(text),
  warn: (paint, text) => paint.yellow(text),
  bad: (paint, text) => paint.red(text),
  accent: (paint, text) => paint.cyan(text),
  selected: (paint, text) => paint.inverse(text),
};
