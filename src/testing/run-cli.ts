import { Readable, Writable } from 'node:stream';
import type { CommandDefinition, CommandGroup } from '../cli/command.ts';
import type { Io, OutputStream } from '../cli/io.ts';
import { run } from '../main.ts';

export interface CliOptions {
  /** Replaces the environment as a whole; empty by default, so that a developer's own settings change no test. */
  readonly env?: Io['env'];
  readonly cwd?: string;
  /** Both outputs say that they are a terminal of this size. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
  readonly stdin?: string;
  /** Where it writes, for a test that looks while it runs. */
  readonly stdout?: CaptureStream;
  /** What SIGINT and SIGTERM would abort. */
  readonly signal?: AbortSignal;
  /** Instead of the real commands. */
  // biome-ignore lint/suspicious/noExplicitAny: each definition keeps its own options type
  readonly commands?: readonly (CommandDefinition<any> | CommandGroup)[];
}

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line in this process, as `twitchstats ARGV…` would, and captures what it wrote. */
export async function runCli(argv: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const stdout = options.stdout ?? captureStream(options.terminal);
  const stderr = captureStream(options.terminal);
  const io: Io = {
    stdin: Readable.from(options.stdin === undefined ? [] : [options.stdin]),
    stdout,
    stderr,
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
  };
  const signal = options.signal ?? new AbortController().signal;
  const code = await run(argv, io, signal, options.commands);
  return { code, stdout: stdout.written(), stderr: stderr.written() };
}

export type CaptureStream = OutputStream & { written(): string };

/** A stream that keeps what is written to it; a terminal when it is given a size. */
export function captureStream(terminal?: { columns: number; rows: number }): CaptureStream {
  let text = '';
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return Object.assign(
    stream,
    { written: () => text },
    terminal === undefined ? {} : { isTTY: true, ...terminal },
  );
}
