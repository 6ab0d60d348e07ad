/** Exit codes of every command: part of the public contract. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notReady: 3,
  interrupted: 130,
  terminated: 143,
} as const;

interface ErrorKind {
  readonly exitCode: number;
  /** What to type next when the place that raised the error knows nothing better. */
  readonly hint: string;
  /** Can the same call succeed later, with nothing changed by the user? */
  readonly retryable: boolean;
}

/** Every error a user can meet. `docs/errors.md` has a row for each; a test holds the two together. */
export const errorKinds = {
  USAGE: { exitCode: 2, hint: 'See `twitchstats --help`.', retryable: false },
  CONFIG_INVALID: { exitCode: 2, hint: 'Correct the settings named above.', retryable: false },
  STACK_NOT_RUNNING: { exitCode: 3, hint: 'Start it with `twitchstats up`.', retryable: true },
  STACK_NOT_READY: { exitCode: 3, hint: 'See `twitchstats status`.', retryable: true },
  STACK_ALREADY_RUNNING: { exitCode: 1, hint: 'Run `twitchstats up` again.', retryable: true },
  SERVICE_FAILED: { exitCode: 1, hint: 'See `twitchstats logs SERVICE`.', retryable: true },
  START_TIMEOUT: {
    exitCode: 3,
    hint: 'See `twitchstats logs`, or give it longer with --timeout.',
    retryable: true,
  },
  STOP_INCOMPLETE: { exitCode: 1, hint: 'Run `twitchstats down` again.', retryable: true },
  PORT_IN_USE: { exitCode: 1, hint: 'Stop what holds the port, or use --ports auto.', retryable: false },
  JDK_MISSING: { exitCode: 1, hint: 'Install a JDK 17 or set JAVA_HOME to one.', retryable: false },
  PROCESSOR_NOT_BUILT: { exitCode: 1, hint: 'Build it with `npm run build` in the clone.', retryable: false },
  ARTEFACTS_MISSING: {
    exitCode: 1,
    hint: 'Connect to the network once and run `twitchstats fetch`.',
    retryable: true,
  },
  HOME_NOT_WRITABLE: { exitCode: 1, hint: 'Choose another directory with --home.', retryable: false },
  KAFKA_UNREACHABLE: { exitCode: 3, hint: 'Is the stack up? See `twitchstats status`.', retryable: true },
  KAFKA_TOPIC_MISSING: {
    exitCode: 3,
    hint: 'Create the topics with `twitchstats bootstrap`.',
    retryable: true,
  },
  KAFKA_COMPRESSION: {
    exitCode: 1,
    hint: 'Let its producers use gzip or none, and leave `compression.type` of the topic at `producer`: `twitchstats bootstrap --fix`.',
    retryable: false,
  },
  CASSANDRA_UNREACHABLE: { exitCode: 3, hint: 'Is the stack up? See `twitchstats status`.', retryable: true },
  CASSANDRA_SCHEMA_MISSING: {
    exitCode: 3,
    hint: 'Create the tables with `twitchstats bootstrap`.',
    retryable: true,
  },
  CQL_FAILED: { exitCode: 1, hint: 'Check the statement; `cql/` has the schema.', retryable: false },
  API_UNREACHABLE: { exitCode: 3, hint: 'Is the API up? See `twitchstats status`.', retryable: true },
  CHANNEL_UNKNOWN: {
    exitCode: 1,
    hint: 'See the known channels with `twitchstats stats --all`.',
    retryable: true,
  },
  MESSAGE_UNKNOWN: { exitCode: 1, hint: 'Look further back with --since 7d.', retryable: true },
  TWITCH_UNREACHABLE: { exitCode: 1, hint: 'Check the network and TWITCH_IRC_URL.', retryable: true },
  TWITCH_LOGIN_REFUSED: {
    exitCode: 1,
    hint: 'Check TWITCH_USERNAME and TWITCH_OAUTH_TOKEN, or unset both to read anonymously.',
    retryable: false,
  },
  FILE_UNREADABLE: { exitCode: 1, hint: 'Check the path and its permissions.', retryable: false },
  OUTPUT_UNWRITABLE: {
    exitCode: 1,
    hint: 'Free some space where the output goes, or send it elsewhere.',
    retryable: true,
  },
  DRIFT: {
    exitCode: 1,
    hint: 'See `twitchstats bootstrap`; `--fix` sets topic configurations back.',
    retryable: false,
  },
  INTERNAL: {
    exitCode: 1,
    hint: 'This is a bug in twitchstats: run again with --log-level debug and report it.',
    retryable: false,
  },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

interface AppErrorOptions {
  /** Why it failed, often with the last lines of a real log. May have several lines. */
  readonly detail?: string;
  /** What to type next; the code's own hint where missing. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** An error that a person can act on: shown as what failed, why, and what to type next, never with a stack. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly hint: string;
  readonly exitCode: number;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.detail = options.detail;
    this.hint = options.hint ?? errorKinds[code].hint;
    this.exitCode = errorKinds[code].exitCode;
    this.retryable = errorKinds[code].retryable;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether Node or the system failed with this code, such as `ENOENT`: https://nodejs.org/api/errors.html#common-system-errors */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/** Any thrown value as an AppError: what we did not foresee is INTERNAL, with its cause kept. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('INTERNAL', 'Something unforeseen failed', { detail: messageOf(error), cause: error });
}
