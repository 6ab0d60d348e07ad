import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { withTimeout } from './abort.ts';

it('a timeout comes, though memory is cleared meanwhile', async () => {
  setFlagsFromString('--expose-gc');
  const clear: () => void = runInNewContext('gc');
  let reason: unknown;
  const whole = withTimeout(new AbortController().signal, 200);
  whole.addEventListener('abort', () => {
    reason = whole.reason;
  });
  for (let times = 0; times < 10 && reason === undefined; times++) {
    clear();
    await sleep(50);
  }
  expect(reason).toMatchObject({ name: 'TimeoutError' });
});

it('what aborts the signal aborts the whole, with its reason', () => {
  const stop = new AbortController();
  const whole = withTimeout(stop.signal, 60_000);
  stop.abort('enough');
  expect([whole.aborted, whole.reason]).toEqual([true, 'enough']);
});
