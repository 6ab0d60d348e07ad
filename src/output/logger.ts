import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import { PinoPretty } from 'pino-pretty';
import type { Io } from '../cli/io.ts';
import type { Settings } from '../config/settings.ts';
import { escapeControls } from './json.ts';
import { sanitize, sanitizeStyled } from './sanitize.ts';

export type { Logger } from 'pino';

/**
 * The log of a service, always on stderr: JSON lines, or pretty ones when stderr is a terminal and this is not
 * production. Chat text can reach a log: pretty lines are sanitized, in JSON what a terminal might obey is escaped.
 */
export function createLogger(
  io: Io,
  settings: Pick<Settings, 'LOG_LEVEL' | 'NODE_ENV'>,
  service: string,
  { colorize = false } = {},
): Logger {
  const options = {
    level: settings.LOG_LEVEL,
    base: { service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: ['*.password', '*.token', 'password', 'token', 'pass'], censor: '[redacted]' },
  };
  const pretty = io.stderr.isTTY === true && settings.NODE_ENV !== 'production';
  if (!pretty) return pino(options, { write: (line) => io.stderr.write(escapeControls(line)) });
  const stream = PinoPretty({
    destination: sanitizedTo(io.stderr),
    colorize,
    ignore: 'service,pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: (log, key) => sanitize(String(log[key] ?? '')),
  });
  return pino(options, stream);
}

/** The fields of a pretty line are not ours to format: what they bring besides colours ends here. */
function sanitizedTo(stream: Writable): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      stream.write(sanitizeStyled(chunk.toString()), () => done());
    },
  });
}
