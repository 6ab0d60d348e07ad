import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, exitCodes } from '../contract/errors.ts';
import { fromWireError, toWireError } from './error-wire.ts';
import { homeNotWritable } from './home-error.ts';
import { logTail, sizeOf } from './log-tail.ts';
import { homePaths, packagePaths } from './paths.ts';
import { type RunStackOptions, runStack, type StackEvent } from './run-stack.ts';

/** Set for the process that is to be the supervisor of a detached stack. */
const marker = 'TWITCHSTATS_DETACHED';

export interface DetachOptions {
  readonly home: string;
  /** The same command line again. */
  readonly argv: readonly string[];
  /** Stops the stack while it is starting. */
  readonly signal: AbortSignal;
  /** Kills what is left of it then. */
  readonly kill: AbortSignal;
  readonly onEvent: (event: StackEvent) => void;
}

/**
 * Starts a supervisor in a session of its own and waits until its stack is ready; then it is on its own.
 * @throws AppError what went wrong in there; the signal's reason when aborted, after the supervisor has ended in order
 */
export async function startDetached({ home, argv, signal, kill, onEvent }: DetachOptions): Promise<void> {
  const logFile = join(homePaths(home).logs, 'supervisor.log');
  const logStart = sizeOf(logFile);
  signal.throwIfAborted();
  const child = spawnSupervisor(argv, logFile, home);
  const stop = () => child.kill('SIGTERM');
  // As a second Ctrl-C would be in its place.
  const killRest = () => child.kill('SIGINT');
  signal.addEventListener('abort', stop, { once: true });
  kill.addEventListener('abort', killRest, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      child.on('message', (message: unknown) => {
        const { event, error } = parentMessage(message);
        if (error !== undefined) reject(error);
        if (event === undefined) return;
        onEvent(event);
        if (event.type === 'ready') resolve();
      });
      child.once('error', reject);
      child.once('exit', (code) => {
        if (signal.aborted) return reject(signal.reason);
        reject(endedEarly(code, logFile, logTail(logFile, 15, logStart)));
      });
    });
  } catch (error) {
    await ended(child);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    kill.removeEventListener('abort', killRest);
  }
  child.disconnect();
  child.unref();
}

/** What it means that a supervisor ended with `code` before its stack was ready; `log` is what it said last. */
export function endedEarly(code: number | null, logFile: string, log: readonly string[]): AppError {
  if (code === exitCodes.terminated || code === exitCodes.interrupted)
    return new AppError('STACK_NOT_RUNNING', 'The stack was stopped while it was starting', {
      hint: 'Start it again with `twitchstats up`.',
    });
  return new AppError('SERVICE_FAILED', `The supervisor ended while starting (exit code ${code})`, {
    detail: log.join('\n'),
    hint: `See ${logFile}.`,
  });
}

export function isDetachedChild(env: Readonly<Record<string, string | undefined>>): boolean {
  return env[marker] === '1' && process.send !== undefined;
}

/** The supervisor's half of {@link startDetached}: tells its parent what happens until that has gone. */
export async function runDetachedChild(options: RunStackOptions): Promise<void> {
  delete process.env[marker];
  const tell = (message: object) => {
    // The parent leaves when all is ready, or was killed; the stack goes on.
    if (process.connected) process.send?.(message, () => undefined);
  };
  process.on('error', () => undefined);
  try {
    await runStack({ ...options, onEvent: (event) => tell({ event }) });
  } catch (error) {
    tell({ error: toWireError(error) });
    throw error;
  } finally {
    if (process.connected) process.disconnect();
  }
}

function spawnSupervisor(argv: readonly string[], logFile: string, home: string): ChildProcess {
  let log: number;
  try {
    mkdirSync(homePaths(home).logs, { recursive: true });
    log = openSync(logFile, 'a');
  } catch (cause) {
    throw homeNotWritable(home, cause);
  }
  try {
    return spawn(process.execPath, [packagePaths.cli, ...argv], {
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...process.env, [marker]: '1', NO_COLOR: '1' },
    });
  } finally {
    closeSync(log);
  }
}

function parentMessage(message: unknown): { event?: StackEvent; error?: AppError } {
  if (typeof message !== 'object' || message === null) return {};
  // Between two processes of the same program: the shape is that of the type.
  if ('event' in message) return { event: message.event as StackEvent };
  return 'error' in message ? { error: fromWireError(message.error) } : {};
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}
