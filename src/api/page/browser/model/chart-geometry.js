/**
 * A line through values at even distances, in a box of `width` × `height` with zero at the bottom. NaN breaks the line:
 * what was not heard is a hole.
 * @param {readonly number[]} values
 * @param {{ width: number, height: number, max: number }} box
 * @returns {string} SVG path data; empty without values
 */
export function linePath(values, box) {
  return segments(values)
    .map(({ start, run }) => {
      const points = run.map((value, index) => point(start + index, value, values.length, box));
      // A lone value is a dot: a line of no length with round ends.
      return points.length === 1 ? `M${points[0]}h0.01` : `M${points.join('L')}`;
    })
    .join('');
}

/**
 * The area under {@link linePath}.
 * @param {readonly number[]} values
 * @param {{ width: number, height: number, max: number }} box
 */
export function areaPath(values, box) {
  return segments(values)
    .filter(({ run }) => run.length > 1)
    .map(({ start, run }) => {
      const points = run.map((value, index) => point(start + index, value, values.length, box));
      const left = xOf(start, values.length, box.width);
      const right = xOf(start + run.length - 1, values.length, box.width);
      return `M${left},${box.height}L${points.join('L')}L${right},${box.height}Z`;
    })
    .join('');
}

/**
 * A bar a value, as one path.
 * @param {readonly number[]} values
 * @param {{ width: number, height: number, max: number }} box
 */
export function barsPath(values, { width, height, max }) {
  const step = width / values.length;
  return values
    .map((value, index) => {
      if (!(value > 0)) return '';
      const top = round(height - (Math.min(value, max) / max) * height);
      return `M${round(index * step)},${height}V${top}h${round(step * 0.7)}V${height}Z`;
    })
    .join('');
}

/**
 * The smallest round number (one digit, or 15, × 10ⁿ) that is not below the largest value; at least `least`.
 * @param {readonly number[]} values
 * @param {number} least
 */
export function niceMax(values, least) {
  let largest = least;
  for (const value of values) if (value > largest) largest = value;
  const unit = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8].find((candidate) => candidate * unit >= largest) ?? 10;
  return step * unit;
}

/** @param {readonly number[]} values */
function segments(values) {
  /** @type {{ start: number, run: number[] }[]} */
  const found = [];
  let isOpen = false;
  for (const [index, value] of values.entries()) {
    if (Number.isNaN(value)) {
      isOpen = false;
      continue;
    }
    if (!isOpen) found.push({ start: index, run: [] });
    found.at(-1)?.run.push(value);
    isOpen = true;
  }
  return found;
}

/** @param {number} index @param {number} value @param {number} length @param {{ width: number, height: number, max: number }} box */
function point(index, value, length, { width, height, max }) {
  return `${xOf(index, length, width)},${round(height - (Math.min(value, max) / max) * height)}`;
}

/** @param {number} index @param {number} length @param {number} width */
function xOf(index, length, width) {
  return round(length < 2 ? 0 : (index / (length - 1)) * width);
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}
