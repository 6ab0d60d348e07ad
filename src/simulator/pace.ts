import { setTimeout as sleep } from 'node:timers/promises';

/** How often due lines are sent: often enough for a smooth stream, seldom enough to put several into a frame. */
const TICK_MS = 10;

export interface PaceOptions {
  /** Lines a second, on average. */
  readonly rate: number;
  /** Sends up to `count` lines; how many it did send (0 when there is nothing to send now). */
  readonly send: (count: number) => number;
  /** True when there is nothing more to send, ever. */
  readonly done?: () => boolean;
  /** Multiplies the rate at a moment (seconds since the start); must average 1. Without it the rate is even. */
  readonly shape?: (seconds: number) => number;
}

/** Calls `send` as often as the rate asks, until done or aborted. What could not be sent is not made up for. */
export async function keepPace({ rate, send, done, shape }: PaceOptions, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  let last = startedAt;
  let due = 0;
  while (!signal.aborted && done?.() !== true) {
    await sleep(TICK_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const now = performance.now();
    due += ((now - last) / 1000) * rate * (shape?.((now - startedAt) / 1000) ?? 1);
    last = now;
    const whole = Math.floor(due);
    if (whole === 0) continue;
    const sent = send(whole);
    // At most a second of arrears: a paused machine must not be followed by a flood.
    due = Math.min(sent === 0 ? 0 : due - sent, rate);
  }
}

/** Chat comes in waves: a slow one of a minute and a sharp burst each 20 s. Averages 1 over 60 s. */
export function waves(seconds: number): number {
  const slow = 0.8 + 0.3 * Math.sin((2 * Math.PI * seconds) / 60);
  const burst = seconds % 20 < 2 ? 2 : 0;
  return slow + burst;
}
