import { Chalk, type ChalkInstance } from 'chalk';
import type { Io } from '../cli/io.ts';
import type { AppError } from '../contract/errors.ts';
import { safeJson } from './json.ts';
import { renderError } from './render-error.ts';
import { sanitize, sanitizeLines, sanitizeStyled } from './sanitize.ts';

export interface OutputOptions {
  /** `--json`: data as JSON, errors as one JSON object on stderr. */
  readonly json: boolean;
  /** `--quiet`: no words but warnings and errors. */
  readonly quiet: boolean;
  /** `--no-color`. */
  readonly color: boolean;
}

/**
 * The only way to stdout. Data goes to stdout, words to stderr. Whether data is JSON or for eyes is decided here:
 * one-shot answers are JSON when asked for, streams also when stdout is no terminal.
 */
export interface Output {
  /** Colours for what goes to stdout; plain when it is no terminal or colours are off. */
  readonly paint: ChalkInstance;
  /** Colours for words, which go to stderr. */
  readonly wordPaint: ChalkInstance;
  /** True when streams of records are to be NDJSON: asked for, or stdout is no terminal. */
  readonly streamsJson: boolean;
  readonly json: boolean;
  /** One answer: the plain object as indented JSON with `--json`, else the lines that `human` makes of it. */
  object(value: unknown, human: (paint: ChalkInstance) => string): void;
  /** What a command has done, as indented JSON with `--json`; nothing without, for words have said it. */
  outcome(value: unknown): void;
  /** One record of a stream: an NDJSON line, or the line that `human` makes of it. Waits when the reader is slow. */
  record(value: unknown, human: (paint: ChalkInstance) => string): Promise<void>;
  /** Raw data that is its own format (templates, completion scripts). Waits when the reader is slow. */
  text(data: string): Promise<void>;
  /** Words for the user: what happens. Muted by `--quiet`. */
  note(message: string): void;
  warn(message: string): void;
  /** What failed, why, what to type next; one JSON object with `--json`. */
  error(error: AppError): void;
}

export function createOutput(io: Io, options: OutputOptions): Output {
  const stdoutIsTerminal = io.stdout.isTTY === true;
  const paint = new Chalk({ level: colorLevel(io, stdoutIsTerminal, options.color) });
  const wordPaint = new Chalk({ level: colorLevel(io, io.stderr.isTTY === true, options.color) });
  const streamsJson = options.json || !stdoutIsTerminal;
  // A colour that is not ours is as little wanted as any other control.
  const cleanFor = (by: ChalkInstance) => (by.level > 0 ? sanitizeStyled : sanitizeLines);
  const write = (data: string) =>
    new Promise<void>((resolve) => {
      if (io.stdout.write(data)) resolve();
      else {
        const done = () => {
          io.stdout.off('drain', done);
          io.stdout.off('close', done);
          resolve();
        };
        io.stdout.once('drain', done);
        io.stdout.once('close', done);
      }
    });
  return {
    paint,
    wordPaint,
    streamsJson,
    json: options.json,
    object(value, human) {
      io.stdout.write(`${options.json ? safeJson(value, 2) : cleanFor(paint)(human(paint))}\n`);
    },
    outcome(value) {
      if (options.json) io.stdout.write(`${safeJson(value, 2)}\n`);
    },
    record: (value, human) => write(`${streamsJson ? safeJson(value) : cleanFor(paint)(human(paint))}\n`),
    text: write,
    note(message) {
      if (!options.quiet) io.stderr.write(`${cleanFor(wordPaint)(message)}\n`);
    },
    warn(message) {
      io.stderr.write(`${wordPaint.yellow('warning:')} ${sanitize(message)}\n`);
    },
    error(error) {
      io.stderr.write(`${renderError(error, { json: options.json, paint: wordPaint })}\n`);
    },
  };
}

function colorLevel(io: Io, isTerminal: boolean, wanted: boolean): 0 | 1 | 2 | 3 {
  const { NO_COLOR, TERM, COLORTERM } = io.env;
  if (!wanted || !isTerminal || (NO_COLOR !== undefined && NO_COLOR !== '') || TERM === 'dumb') return 0;
  if (COLORTERM === 'truecolor') return 3;
  return TERM?.includes('256') ? 2 : 1;
}
