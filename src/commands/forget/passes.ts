import type { Forgotten } from '../../archive/forget-user.ts';
import { AppError } from '../../contract/errors.ts';

const MAX_PASSES = 20;

export interface Clock {
  /** Milliseconds that only go forward. */
  now(): number;
  sleep(ms: number): Promise<void>;
}

/**
 * Deletes until a pass finds nothing that began `settleMs` after the start and after the last delete: the ingestor may
 * have had messages in hand when the opt-out was written, the counter a window that named the user, and a Cassandra
 * that is killed forgets the deletes it acknowledged last (ADR 18).
 * @returns what all passes deleted
 * @throws AppError SERVICE_FAILED when twenty passes all found something
 */
export async function forgetInPasses(
  pass: () => Promise<Forgotten>,
  settleMs: number,
  clock: Clock,
): Promise<Forgotten> {
  let settledAt = clock.now() + settleMs;
  const total = { messages: 0, copies: 0, windows: 0 };
  for (let passes = 0; passes < MAX_PASSES; passes++) {
    const hadSettled = clock.now() >= settledAt;
    const { messages, copies, windows } = await pass();
    total.messages += messages;
    total.copies += copies;
    total.windows += windows;
    if (messages + copies + windows > 0) settledAt = clock.now() + settleMs;
    else if (hadSettled) return total;
    await clock.sleep(Math.max(0, settledAt - clock.now()));
  }
  throw new AppError(
    'SERVICE_FAILED',
    `What was deleted keeps coming back: ${MAX_PASSES} times of ${MAX_PASSES}`,
    {
      detail: 'Something that does not read the opt-outs writes to the archive, or to the windows.',
      hint: 'Stop it, then run the same command again.',
    },
  );
}
