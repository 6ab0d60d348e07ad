import stringWidth from 'string-width';
import { sanitize } from '../../output/sanitize.ts';

export type Style = 'plain' | 'dim' | 'strong' | 'title' | 'good' | 'warn' | 'bad' | 'accent' | 'selected';

/** A piece of a line with one style. Its text is safe for a terminal and shows exactly `width` cells. */
export interface Span {
  readonly text: string;
  readonly style: Style;
  readonly width: number;
}

export type Line = readonly Span[];

/** Emoji that are joined have up to 11 UTF-16 units in two cells, and marks go on top of letters. */
const MAX_UNITS_OF_A_CELL = 16;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const printableAscii = /^[ -~]*$/;

/** A piece as wide as its text. The text is sanitized here: nothing reaches the screen past this function. */
export function span(text: string, style: Style = 'plain'): Span {
  const safe = sanitize(text);
  return { text: safe, style, width: cells(safe) };
}

/** A piece whose text is ours and whose characters all show as one cell, such as a sparkline: nothing is measured. */
export function glyphs(text: string, style: Style = 'plain'): Span {
  return { text, style, width: text.length };
}

/** A piece of exactly `width` cells: cut with an ellipsis, or padded. */
export function cell(
  text: string,
  width: number,
  { style = 'plain', align = 'left' }: { style?: Style; align?: 'left' | 'right' } = {},
): Span {
  const cut = cutTo(sanitize(text), width);
  const padding = ' '.repeat(Math.max(0, width - cells(cut)));
  return { text: align === 'left' ? cut + padding : padding + cut, style, width: Math.max(0, width) };
}

/** A piece as wide as its text, of `width` cells at most: for long texts, of which only so much is measured. */
export function within(text: string, width: number, style: Style = 'plain'): Span {
  const cut = cutTo(sanitize(text.slice(0, MAX_UNITS_OF_A_CELL * Math.max(0, width))), width);
  return { text: cut, style, width: cells(cut) };
}

/** The line within `width` cells: whole pieces as long as they fit, the first that does not fit cut. */
export function fitLine(line: Line, width: number): Line {
  const fitted: Span[] = [];
  let left = width;
  for (const piece of line) {
    if (left <= 0) break;
    fitted.push(piece.width <= left ? piece : cell(piece.text, left, { style: piece.style }));
    left -= piece.width;
  }
  return fitted;
}

/** `left` and `right` at the two ends of a line of `width` cells; `left` is cut first when there is no room. */
export function spread(left: Line, right: Line, width: number): Line {
  const end = fitLine(right, width);
  const begin = fitLine(left, width - widthOf(end) - 1);
  const gap = Math.max(0, width - widthOf(begin) - widthOf(end));
  return [...begin, span(' '.repeat(gap)), ...end];
}

/** The line in ASCII alone: every other character becomes a question mark of its width, dashes stay dashes. */
export function asciiLine(line: Line): Line {
  return line.map((piece) => {
    if (printableAscii.test(piece.text)) return piece;
    const text = [...graphemes.segment(piece.text)].map(({ segment }) => asciiOf(segment)).join('');
    return { ...piece, text };
  });
}

export function widthOf(line: Line): number {
  return line.reduce((total, { width }) => total + width, 0);
}

/** The line as text without styles or trailing blanks. */
export function plainText(line: Line): string {
  return line
    .map(({ text }) => text)
    .join('')
    .trimEnd();
}

function cells(text: string): number {
  return printableAscii.test(text) ? text.length : stringWidth(text);
}

function asciiOf(segment: string): string {
  if (printableAscii.test(segment)) return segment;
  return { '–': '-', '…': '~' }[segment] ?? '?'.repeat(cells(segment));
}

/** Measures no more of the text than has room. */
function cutTo(text: string, width: number): string {
  if (width <= 0) return '';
  if (printableAscii.test(text)) return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
  let read = '';
  let used = 0;
  let besideEllipsis = '';
  for (const { segment } of graphemes.segment(text)) {
    used += cells(segment);
    if (used > width) return `${besideEllipsis}…`;
    read += segment;
    if (used < width) besideEllipsis = read;
  }
  return read;
}
