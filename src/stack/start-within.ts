import { AppError } from '../contract/errors.ts';
import type { Supervisor } from './supervisor.ts';

/**
 * Starts the named services (none: all) and what they depend on; what is not ready in time is stopped.
 * @throws AppError START_TIMEOUT naming what was waited for, SERVICE_FAILED; the signal's reason when aborted
 */
export async function startWithin(
  timeoutMs: number,
  supervisor: Supervisor,
  services: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    const waiting = supervisor.status().filter(({ state }) => state === 'starting' || state === 'restarting');
    const detail = waiting
      .map((status) => `${status.name}: ${status.detail === '' ? status.state : status.detail}`)
      .join('\n');
    late.abort(new AppError('START_TIMEOUT', `Not ready after ${timeoutMs / 1000} s`, { detail }));
  }, timeoutMs);
  try {
    await supervisor.start(services, AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
