/** Resolves when the signal is aborted; at once when it is already. Listens until then. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * Resolves as `before` does, and listens to the signal, if there is one, no longer than that.
 * @throws the signal's reason as soon as it is aborted
 */
export async function beforeAborted<Before extends Promise<unknown> | undefined>(
  before: Before,
  signal: AbortSignal | undefined,
): Promise<Awaited<Before>> {
  if (signal === undefined) return await before;
  // It may fail when nobody waits any more.
  before?.catch(() => undefined);
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
  });
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([before, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Aborted with the signal, or after so many ms, with a `TimeoutError`. `AbortSignal.any` does not keep its sources: a timeout
 * that nobody else listens to is collected, and never comes (nodejs/node#57736).
 */
export function withTimeout(signal: AbortSignal, ms: number): AbortSignal {
  const late = AbortSignal.timeout(ms);
  late.addEventListener('abort', () => undefined, { once: true });
  return AbortSignal.any([signal, late]);
}
