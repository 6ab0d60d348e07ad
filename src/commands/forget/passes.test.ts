import { expect, it } from 'vitest';
import type { Forgotten } from '../../archive/forget-user.ts';
import { forgetInPasses } from './passes.ts';

const SETTLE_MS = 2000;
const PASS_MS = 3000;
const none: Forgotten = { messages: 0, copies: 0, windows: 0 };

/** @returns when each pass began, and the outcome */
async function run(found: readonly Forgotten[], passMs: number) {
  let now = 0;
  const advance = async (ms: number) => {
    now += ms;
  };
  const began: number[] = [];
  const pass = async () => {
    began.push(now);
    await advance(passMs);
    return found[began.length - 1] ?? found.at(-1) ?? none;
  };
  const passes = forgetInPasses(pass, SETTLE_MS, { now: () => now, sleep: advance });
  return { began, outcome: await passes.catch((error) => error) };
}

it('looks again when everybody could have read the opt-out', async () => {
  expect((await run([none], 1)).began).toEqual([0, SETTLE_MS]);
});

it('looks again when its last deletes have settled, however long they took', async () => {
  const found = [{ messages: 5, copies: 1, windows: 2 }, { ...none, messages: 1 }, none];
  expect(await run(found, PASS_MS)).toEqual({
    began: [0, PASS_MS + SETTLE_MS, 2 * (PASS_MS + SETTLE_MS)],
    outcome: { messages: 6, copies: 1, windows: 2 },
  });
});

it.each(['messages', 'copies', 'windows'])('looks again after deleted %s', async (what) => {
  expect((await run([{ ...none, [what]: 1 }, none], PASS_MS)).began).toHaveLength(2);
});

it('does not call it done while there is always more', async () => {
  const { outcome } = await run([{ ...none, messages: 1 }], 1);
  expect(outcome).toMatchObject({ code: 'SERVICE_FAILED', hint: expect.stringContaining('run the same') });
});
