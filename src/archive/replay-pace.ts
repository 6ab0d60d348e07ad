import { setTimeout as sleep } from 'node:timers/promises';
import type { ReplayPace } from './replay.ts';

export interface Clock {
  /** Milliseconds that only go forward. */
  now(): number;
  /** Resolves when they have passed, or early when aborted; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Everything is due at once. */
export const noPace: ReplayPace = { due: async (messages) => messages.length };

/**
 * The rhythm of the chat, `factor` times as fast: a message is due when as much time has passed since the first one as
 * lies between their timestamps. What a slow reader delays is caught up on, so the rhythm does not drift.
 */
export function rhythm(factor: number, clock: Clock = wallClock): ReplayPace {
  let start: { readonly at: number; readonly timestamp: number } | undefined;
  return {
    async due(messages, signal) {
      const [first] = messages;
      if (first === undefined) return 0;
      start ??= { at: clock.now(), timestamp: first.timestamp };
      const { at, timestamp } = start;
      const dueAt = (time: number) => at + (time - timestamp) / factor;
      while (clock.now() < dueAt(first.timestamp)) {
        // Longer waits overflow Node's timers.
        await clock.sleep(Math.min(dueAt(first.timestamp) - clock.now(), 60_000), signal);
        if (signal.aborted) return 0;
      }
      const now = clock.now();
      const later = messages.findIndex((message) => dueAt(message.timestamp) > now);
      return later === -1 ? messages.length : Math.max(1, later);
    },
  };
}

const wallClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};
