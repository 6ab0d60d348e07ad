import type { Io } from './io.ts';

/**
 * The signal that ends a service: the caller's own, and, when a supervisor started us (`TWITCHSTATS_SUPERVISED=1`), the
 * end of stdin too. The supervisor holds the other end of that pipe, so its death by any means ends its services.
 */
export function supervisedSignal(io: Pick<Io, 'env' | 'stdin'>, signal: AbortSignal): AbortSignal {
  if (io.env.TWITCHSTATS_SUPERVISED !== '1') return signal;
  const supervisorGone = new AbortController();
  const end = () => supervisorGone.abort(new Error('the supervisor has gone'));
  io.stdin.once('end', end).once('close', end).once('error', end).resume();
  // The pipe alone must not keep a process alive that has nothing left to do.
  if ('unref' in io.stdin && typeof io.stdin.unref === 'function') io.stdin.unref();
  return AbortSignal.any([signal, supervisorGone.signal]);
}
