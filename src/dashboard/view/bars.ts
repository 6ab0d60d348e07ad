const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const asciiBlocks = ['_', '.', ':', '-', '=', '+', '*', '#'] as const;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** One glyph a value, the highest of them (or `max`) a full one; a value of 0 is blank. */
export function sparkline(
  values: readonly number[],
  { ascii = false, max = Math.max(...values, 0) } = {},
): string {
  const glyphs = ascii ? asciiBlocks : blocks;
  return values
    .map((value) => {
      if (value <= 0 || max <= 0) return ' ';
      const level = Math.ceil((Math.min(value, max) / max) * glyphs.length) - 1;
      return glyphs[Math.max(0, level)] ?? ' ';
    })
    .join('');
}

/** A horizontal bar of at most `width` cells, in eighths of a cell; anything above 0 shows. */
export function bar(value: number, max: number, width: number, { ascii = false } = {}): string {
  if (value <= 0 || max <= 0 || width <= 0) return '';
  const exact = (Math.min(value, max) / max) * width;
  if (ascii) return '#'.repeat(Math.max(1, Math.round(exact)));
  const whole = Math.floor(exact);
  const rest = eighths[Math.floor((exact - whole) * 8)] ?? '';
  return '█'.repeat(whole) + rest || '▏';
}

/** The rows of a chart of `height` lines, the top one first: one column a value, in eighths of a line. */
export function columns(values: readonly number[], height: number, { ascii = false } = {}): string[] {
  const max = Math.max(...values, 0);
  return Array.from({ length: height }, (_, row) => {
    const floor = height - 1 - row;
    return values.map((value) => glyphOf(max <= 0 ? 0 : (value / max) * height - floor, ascii)).join('');
  });
}

/** The glyph of a cell that is filled by `share`: below 0 empty, above 1 full. */
function glyphOf(share: number, ascii: boolean): string {
  if (share <= 0) return ' ';
  const glyphs = ascii ? asciiBlocks : blocks;
  return glyphs[Math.min(Math.ceil(share * glyphs.length), glyphs.length) - 1] ?? ' ';
}
