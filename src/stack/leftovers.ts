import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './identity.ts';
import { signalGroup } from './process.ts';
import type { ServiceStatus, StackState } from './state.ts';

/** A supervisor that died ends its services, which takes a Guard at most 10 s. */
const ORDERLY_END_MS = 12_000;

/** The services of a stack that live, whatever became of their supervisor. */
export function livingServices(state: Pick<StackState, 'services'>): ServiceStatus[] {
  return state.services.filter(({ process }) => process !== undefined && isAlive(process));
}

/**
 * Waits until no service of a stack lives whose supervisor has died; kills what does not end by itself.
 * @param onWaiting told once of what is still there
 * @returns those that cannot be killed
 */
export async function reapLeftovers(
  state: StackState,
  onWaiting: (services: readonly ServiceStatus[]) => void = () => undefined,
): Promise<ServiceStatus[]> {
  const first = livingServices(state);
  if (first.length === 0) return [];
  onWaiting(first);
  if (await untilGone(state, ORDERLY_END_MS)) return [];
  for (const { process } of livingServices(state))
    if (process !== undefined) signalGroup(process.pid, 'SIGKILL');
  await untilGone(state, 5000);
  return livingServices(state);
}

async function untilGone(state: StackState, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (livingServices(state).length > 0) {
    if (Date.now() > deadline) return false;
    await sleep(100);
  }
  return true;
}
