import type { Clock } from './passes.ts';

const LOOK_MS = 500;

/**
 * Waits until nobody holds anything any more, or for `patienceMs`.
 * @param held how many records are held
 * @returns how many it was at last
 */
export async function untilNoneHeld(
  held: () => Promise<number>,
  patienceMs: number,
  clock: Clock,
): Promise<number> {
  const end = clock.now() + patienceMs;
  for (;;) {
    const count = await held();
    if (count === 0 || clock.now() >= end) return count;
    await clock.sleep(LOOK_MS);
  }
}
