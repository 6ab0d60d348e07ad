import { AppError } from '../contract/errors.ts';
import type { Supervisor } from './supervisor.ts';

/**
 * Does something that has to be done in time: `begin` gets a signal that is aborted when it is late, or when `signal` is.
 * @throws AppError START_TIMEOUT naming what was waited for; what `begin` throws; the signal's reason when aborted
 */
export async function startWithin(
  timeoutMs: number,
  supervisor: Pick<Supervisor, 'status'>,
  signal: AbortSignal,
  begin: (signal: AbortSignal) => Promise<void>,
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
    await begin(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
