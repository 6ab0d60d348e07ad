import { ApiProblem } from './problem.ts';

export interface WorkLimit {
  /** Runs `work` when one of the places is free. @throws ApiProblem unavailable when too many wait already */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** At most `places` pieces of work at once and `queue` waiting, so that callers cannot pile it up. */
export function limitWork(places: number, queue: number): WorkLimit {
  let free = places;
  const waiting: (() => void)[] = [];
  const enter = () => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    if (waiting.length >= queue) {
      throw new ApiProblem('unavailable', 'The archive is busy.', { retryAfterSeconds: 1 });
    }
    return new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = () => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    run: async (work) => {
      await enter();
      try {
        return await work();
      } finally {
        leave();
      }
    },
  };
}
