const FIRST = 0xe000;
const COUNT = 0xf8ff - FIRST + 1;
const anyMark = /[\ue000-\uf8ff]/g;

/**
 * Stands one character of Unicode's private use area for each painted line, on the way through Ink.
 *
 * Ink lays out, tokenizes and measures every cell of every paint, which is most of what the
 * dashboard would cost. Our lines are laid out and measured already, so Ink gets a column of marks, one cell wide, and
 * the lines take their places where Ink writes. A line that stays the same keeps its mark: Ink still sees what changed.
 */
export class LineMarks {
  readonly #markOf = new Map<string, string>();
  readonly #lineOf = new Map<string, string>();
  #next = 0;

  /** The mark of a line; valid until 6400 other lines were marked, which is more than any screen has. */
  mark(line: string): string {
    const known = this.#markOf.get(line);
    if (known !== undefined) return known;
    const mark = String.fromCharCode(FIRST + (this.#next++ % COUNT));
    const previous = this.#lineOf.get(mark);
    if (previous !== undefined) this.#markOf.delete(previous);
    this.#markOf.set(line, mark);
    this.#lineOf.set(mark, line);
    return mark;
  }

  /** Ink's output with the lines in place of their marks. */
  restore(output: string): string {
    return output.replace(anyMark, (mark) => this.#lineOf.get(mark) ?? '');
  }
}
