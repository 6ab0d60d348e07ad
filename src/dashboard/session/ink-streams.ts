import { EventEmitter } from 'node:events';
import type { Io, OutputStream } from '../../cli/io.ts';
import type { LineMarks } from './line-marks.ts';

/**
 * stdout as Ink is to see it: one cell wide, since each of its cells is a whole line of ours. It has no resize event,
 * since Ink would lay out the old frame at the new size at once, and rows without end, since Ink answers a frame that
 * is too high by erasing the terminal's scrollback.
 */
class InkStdout extends EventEmitter {
  readonly isTTY = true;
  readonly rows = Number.MAX_SAFE_INTEGER;
  readonly columns = 1;
  readonly #stdout: OutputStream;
  readonly #marks: LineMarks;

  constructor(stdout: OutputStream, marks: LineMarks) {
    super();
    this.#stdout = stdout;
    this.#marks = marks;
  }

  write(text: string): boolean {
    return this.#stdout.write(this.#marks.restore(text));
  }
}

/**
 * The streams for Ink's `render`. Its types ask for the process's own streams, of which it uses what is here: this is
 * the one place where that is claimed.
 */
export function inkStreams(
  { stdin, stdout }: Io,
  marks: LineMarks,
): { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream } {
  return {
    stdin: stdin as NodeJS.ReadStream,
    stdout: new InkStdout(stdout, marks) as unknown as NodeJS.WriteStream,
  };
}
