import { setMaxListeners } from 'node:events';

export interface SecondSignal {
  readonly signal: AbortSignal;
  dispose(): void;
}

/** `npx` hands a Ctrl-C on that the terminal has sent us as well: both are one. */
const SAME_MS = 300;

/**
 * Aborted by a Ctrl-C (SIGINT) that comes after `first` was aborted: the user does not want to wait for order. A SIGTERM is a
 * `down` or a script, and two of them want no more than one.
 */
export function secondSignal(first: AbortSignal): SecondSignal {
  const controller = new AbortController();
  // Every process that is being stopped listens; that is no leak.
  setMaxListeners(0, controller.signal);
  let askedAt = first.aborted ? performance.now() : undefined;
  first.addEventListener('abort', () => {
    askedAt = performance.now();
  });
  const listener = () => {
    // The very signal that aborted `first` arrives here as well.
    if (askedAt !== undefined && performance.now() - askedAt > SAME_MS) controller.abort();
  };
  process.on('SIGINT', listener);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', listener);
    },
  };
}
