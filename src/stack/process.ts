import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../contract/errors.ts';
import type { JvmCall } from './jvm.ts';
import { setNiceness } from './niceness.ts';
import type { ProcessService } from './service.ts';

export interface ProcessExit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** A service's process, leader of its own process group, with a pipe to its stdin that ends when we die. */
export interface ServiceProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /**
   * Ends the whole group: the service's own signal, then SIGKILL after its timeout, or at once when `kill` is aborted.
   * Resolves when no process of the group is left.
   */
  terminate(kill?: AbortSignal): Promise<ProcessExit>;
}

/**
 * Starts the process of a service; its output is appended to `logFile`.
 * @throws AppError SERVICE_FAILED when it cannot be started at all
 */
export async function startProcess(service: ProcessService, logFile: string): Promise<ServiceProcess> {
  mkdirSync(dirname(logFile), { recursive: true });
  mkdirSync(service.cwd, { recursive: true });
  const log = openSync(logFile, 'a');
  const child = spawn(service.command, [...service.args], {
    cwd: service.cwd,
    env: { ...process.env, ...service.env },
    // A group of its own, so that a Ctrl-C in the terminal reaches us alone and the stop happens in order.
    detached: true,
    stdio: ['pipe', log, log],
  });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new AppError('SERVICE_FAILED', `${service.name} could not be started`, {
      detail: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  } finally {
    closeSync(log);
  }
  const pid = child.pid;
  if (pid === undefined) throw new AppError('SERVICE_FAILED', `${service.name} could not be started`);
  if (service.niceness !== undefined) setNiceness(pid, service.niceness);
  // The child may close its end first.
  child.stdin?.on('error', () => undefined);
  const exited = exitOf(child);
  let termination: Promise<ProcessExit> | undefined;
  let kill: () => void = () => undefined;
  return {
    pid,
    exited,
    terminate(killNow) {
      const killIt = () => kill();
      if (killNow?.aborted) kill();
      else killNow?.addEventListener('abort', killIt, { once: true });
      // The signal outlives many processes.
      void exited.then(() => killNow?.removeEventListener('abort', killIt));
      termination ??= terminateGroup(pid, exited, service.shutdown, (force) => {
        kill = force;
        if (killNow?.aborted) force();
      });
      return termination;
    },
  };
}

function exitOf(child: ChildProcess): Promise<ProcessExit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
  });
}

async function terminateGroup(
  pid: number,
  exited: Promise<ProcessExit>,
  { signal, timeoutMs }: ProcessService['shutdown'],
  onForce: (force: () => void) => void,
): Promise<ProcessExit> {
  const force = () => signalGroup(pid, 'SIGKILL');
  onForce(force);
  signalGroup(pid, signal);
  const timer = setTimeout(force, timeoutMs);
  try {
    const exit = await exited;
    // What the leader left behind, if anything.
    force();
    return exit;
  } finally {
    clearTimeout(timer);
  }
}

/** False when the group has no process any more. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/**
 * Runs a command that ends by itself, without a terminal.
 * @throws AppError SERVICE_FAILED with the end of what it wrote
 */
export async function runTool(
  what: string,
  { command, args, env }: JvmCall,
  signal: AbortSignal,
): Promise<string> {
  const child = spawn(command, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    signal,
  });
  let text = '';
  const collect = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const code = await new Promise<number | null>((resolve, reject) => {
    // An abort comes as an error of its own.
    child.once('error', (error) => reject(signal.aborted ? signal.reason : error));
    child.once('close', resolve);
  });
  if (code === 0) return text;
  throw new AppError('SERVICE_FAILED', `${what} failed`, { detail: text.split('\n').slice(-15).join('\n') });
}
