import { beforeAborted } from '../contract/abort.ts';

export type InTurn = <T>(task: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/**
 * Makes a function that runs one task after the other, in the order in which they are given to it, whether those before
 * failed or not. A task that is aborted before its turn is not run, and its promise is rejected with the signal's reason at
 * once; one that runs has to look at its signal itself.
 */
export function inTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return async (task, signal) => {
    const before = last;
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    last = before.then(() => ended);
    try {
      await beforeAborted(before, signal);
      return await task();
    } finally {
      end();
    }
  };
}
