import { AppError } from '../contract/errors.ts';
import { fullDisk } from './disk.ts';
import { untilReady } from './health.ts';
import { asHomeError } from './home-error.ts';
import { logTail, rotateLog, sizeOf } from './log-tail.ts';
import { type ProcessExit, type ServiceProcess, startProcess } from './process.ts';
import type { ProcessService } from './service.ts';

/** Lines of its own log that a failed service shows. */
const SHOWN_LINES = 15;

export interface StartedService {
  readonly process: ServiceProcess;
  /** What its probe said. */
  readonly detail: string;
}

export interface StartOptions {
  readonly logFile: string;
  readonly signal: AbortSignal;
  /** Aborted when a stop must not wait for order any more. */
  readonly kill?: AbortSignal;
  readonly onSpawn?: (process: ServiceProcess) => void;
  /** Why it is not ready yet. */
  readonly onWaiting?: (reason: string) => void;
}

/**
 * Starts one service and waits until it is proven ready. When it dies first, that is reported at once; whatever goes
 * wrong, no process of it is left.
 * @throws AppError SERVICE_FAILED with the end of its log, HOME_NOT_WRITABLE; the signal's reason when aborted
 */
export async function startService(service: ProcessService, options: StartOptions): Promise<StartedService> {
  const { logFile, signal } = options;
  const { process, logStart } = await launch(service, options);
  options.onSpawn?.(process);
  const died = new AbortController();
  void process.exited.then((exit) => died.abort(diedWhileStarting(service, exit, logFile, logStart)));
  try {
    const either = AbortSignal.any([signal, died.signal]);
    return { process, detail: await untilReady(service.ready, either, options.onWaiting) };
  } catch (error) {
    await process.terminate(options.kill);
    throw error;
  }
}

/** @throws AppError HOME_NOT_WRITABLE, SERVICE_FAILED */
async function launch(service: ProcessService, { logFile, signal }: StartOptions) {
  try {
    await service.prepare?.(signal);
    signal.throwIfAborted();
    rotateLog(logFile);
    const logStart = sizeOf(logFile);
    return { process: await startProcess(service, logFile), logStart };
  } catch (error) {
    throw asHomeError(error, service.cwd);
  }
}

function diedWhileStarting(
  service: ProcessService,
  exit: ProcessExit,
  logFile: string,
  logStart: number,
): AppError {
  const { name } = service;
  return new AppError('SERVICE_FAILED', `${name} ended while starting (${describeDeath(service, exit)})`, {
    detail: logTail(logFile, SHOWN_LINES, logStart).join('\n'),
    hint: `See all of it with \`twitchstats logs ${name}\`.`,
  });
}

/** How it ended, and what of the machine may have been to blame. */
export function describeDeath({ cwd }: ProcessService, exit: ProcessExit): string {
  const blamed = fullDisk(cwd);
  return blamed === undefined ? describeExit(exit) : `${describeExit(exit)}; ${blamed}`;
}

export function describeExit({ code, signal }: ProcessExit): string {
  return signal === undefined ? `exit code ${code}` : `killed by ${signal}`;
}
