const FIRST = 0xe000;
const COUNT = 0xf8ff - FIRST + 1;
const anyMark = /[\ue000-\uf8ff]/g;

/**
 * Stands one character of Unicode's private use area for each painted line, on the way through Ink.
 *
 * Ink lays out, tokenizes and measures every cell of every paint, which is most of what the
 * dashboard would cost. Our lines are laid out and measured already, so Ink gets a column of marks, one cell wide, and
 * the lines take their places where Ink writes. A line that stays the same mostly keeps its mark: Ink still sees what changed.
 */
export class LineMarks {
  readonly #numberOf = new Map<string, number>();
  readonly #lineOf = new Map<string, string>();
  #next = 0;

  /** The mark of a line; valid until 3200 other lines were marked, which is more than any screen has. */
  mark(line: string): string {
    const known = this.#numberOf.get(line);
    // A line that stays gets a new mark now and then: the ring of marks comes round to the old one.
    if (known !== undefined && this.#next - known < COUNT / 2) return markOf(known);
    const number = this.#next++;
    const mark = markOf(number);
    const previous = this.#lineOf.get(mark);
    if (previous !== undefined && this.#numberOf.get(previous) === number - COUNT)
      this.#numberOf.delete(previous);
    this.#numberOf.set(line, number);
    this.#lineOf.set(mark, line);
    return mark;
  }

  /** Ink's output with the lines in place of their marks. */
  restore(output: string): string {
    return output.replace(anyMark, (mark) => this.#lineOf.get(mark) ?? '');
  }
}

function markOf(number: number): string {
  return String.fromCharCode(FIRST + (number % COUNT));
}
