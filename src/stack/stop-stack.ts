import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../contract/errors.ts';
import { runningStack } from './discover.ts';
import { isAlive, type ProcessIdentity } from './identity.ts';
import { livingServices, reapLeftovers } from './leftovers.ts';
import { supervisorOf } from './lock.ts';
import { describeHolder, portHolder } from './port-holder.ts';
import { isPortFree } from './ports.ts';
import { signalGroup } from './process.ts';
import { isIdle, readStackState, removeStackState, type ServiceStatus, type StackState } from './state.ts';

export interface StopOptions {
  readonly home: string;
  /** Told who is still being waited for, when that changes. */
  readonly onWaiting: (names: readonly string[]) => void;
  readonly signal: AbortSignal;
}

export interface StopResult {
  /** False when there was nothing to stop. */
  readonly wasRunning: boolean;
  readonly stopped: readonly string[];
}

/** Three services in a row that take the whole time they have. */
const STOP_TIMEOUT_MS = 60_000;

/**
 * Stops the stack under `home`, in order, and looks whether it has gone: no process of it lives, no port of it is held.
 * @throws AppError STOP_INCOMPLETE naming what is left
 */
export async function stopStack({ home, onWaiting, signal }: StopOptions): Promise<StopResult> {
  const state = readStackState(home);
  const living = state === undefined ? [] : livingServices(state);
  const supervisor = supervisorOf(home);
  if (supervisor !== undefined) await endSupervisor(home, supervisor, onWaiting, signal);
  const wasRunning = supervisor !== undefined || living.length > 0;
  // The state may have gone on since it was read: a service that was starting then. One that runs by now is another's.
  const last = runningStack(home) === undefined ? (readStackState(home) ?? state) : state;
  if (last !== undefined) {
    const left = await reapLeftovers(last, (services) => onWaiting(services.map(({ name }) => name)));
    // After a reboot the ports of a state that is left over may be anybody's.
    if (wasRunning || left.length > 0) await assertGone(last, left);
  }
  if (runningStack(home) === undefined) removeStackState(home);
  return {
    wasRunning,
    stopped: living.map(({ name }) => name),
  };
}

async function endSupervisor(
  home: string,
  supervisor: ProcessIdentity,
  onWaiting: (names: readonly string[]) => void,
  signal: AbortSignal,
): Promise<void> {
  send(supervisor, 'SIGTERM');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  let said = '';
  while (isAlive(supervisor)) {
    signal.throwIfAborted();
    const waiting = livingServices(readStackState(home) ?? { services: [] }).map(({ name }) => name);
    if (waiting.join() !== said && waiting.length > 0) onWaiting(waiting);
    said = waiting.join();
    if (Date.now() > deadline) {
      // Its services end when it does.
      send(supervisor, 'SIGKILL');
      return;
    }
    await sleep(100);
  }
}

function send({ pid }: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just gone.
  }
}

async function assertGone(state: StackState, left: readonly ServiceStatus[]): Promise<void> {
  const complaints = left.map(({ name, process }) => `${name} (pid ${process?.pid}) still runs`);
  for (const { name, ports, state: was } of state.services) {
    // Of what has not run, or has ended by itself, the ports may be anybody's too.
    if (isIdle(was)) continue;
    for (const port of Object.values(ports)) {
      if (!(await isPortFree(port))) {
        complaints.push(`port ${port} of ${name} is still held by ${describeHolder(portHolder(port))}`);
      }
    }
  }
  if (complaints.length === 0) return;
  for (const { process } of left) if (process !== undefined) signalGroup(process.pid, 'SIGKILL');
  throw new AppError('STOP_INCOMPLETE', 'Not everything has stopped', { detail: complaints.join('\n') });
}
