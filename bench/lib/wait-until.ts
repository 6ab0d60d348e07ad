import { setTimeout as sleep } from 'node:timers/promises';

export interface Patience {
  readonly withinMs: number;
  /** How often it is asked. Default 200. */
  readonly everyMs?: number;
}

/** Asks until the answer is yes. @throws Error with `what` was waited for when it does not come in time */
export async function waitUntil(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  { withinMs, everyMs = 200 }: Patience,
): Promise<void> {
  for (const deadline = Date.now() + withinMs; !(await isTrue()); await sleep(everyMs))
    if (Date.now() > deadline) throw tooLate(what, withinMs);
}

/** What the promise gives. @throws Error with `what` was waited for when it does not come in time */
export async function within<T>(what: string, withinMs: number, promise: Promise<T>): Promise<T> {
  const ended = new AbortController();
  const late = sleep(withinMs, undefined, { signal: ended.signal }).then(() => {
    throw tooLate(what, withinMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => undefined);
    ended.abort();
  }
}

function tooLate(what: string, withinMs: number): Error {
  return new Error(`waited ${withinMs / 1000} s in vain: ${what}`);
}
