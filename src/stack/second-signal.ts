import { setMaxListeners } from 'node:events';

export interface SecondSignal {
  readonly signal: AbortSignal;
  dispose(): void;
}

/** Aborted by a SIGINT or SIGTERM that comes after `first` was aborted: the user does not want to wait for order. */
export function secondSignal(first: AbortSignal): SecondSignal {
  const controller = new AbortController();
  // Every process that is being stopped listens; that is no leak.
  setMaxListeners(0, controller.signal);
  let askedAt = first.aborted ? Date.now() : undefined;
  first.addEventListener('abort', () => {
    askedAt = Date.now();
  });
  const listener = () => {
    // The very signal that aborted `first` arrives here as well.
    if (askedAt !== undefined && Date.now() - askedAt > 50) controller.abort();
  };
  process.on('SIGINT', listener).on('SIGTERM', listener);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', listener).off('SIGTERM', listener);
    },
  };
}
