import { EventEmitter } from 'node:events';
import type { Io, OutputStream } from '../../cli/io.ts';

/**
 * stdout as Ink is to see it. It has no resize event, since Ink would lay out the old frame at the new size at once,
 * and rows without end, since Ink answers a frame that is too high by erasing the terminal's scrollback.
 */
class InkStdout extends EventEmitter {
  readonly isTTY = true;
  readonly rows = Number.MAX_SAFE_INTEGER;
  readonly #stdout: OutputStream;

  constructor(stdout: OutputStream) {
    super();
    this.#stdout = stdout;
  }

  get columns(): number {
    return this.#stdout.columns ?? 80;
  }

  write(text: string): boolean {
    return this.#stdout.write(text);
  }
}

/**
 * The streams for Ink's `render`. Its types ask for the process's own streams, of which it uses what is here: this is
 * the one place where that is claimed.
 */
export function inkStreams({ stdin, stdout }: Io): { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream } {
  return {
    stdin: stdin as NodeJS.ReadStream,
    stdout: new InkStdout(stdout) as unknown as NodeJS.WriteStream,
  };
}
