import { expect, it } from 'vitest';
import { runLedger } from './run.ts';

it('loses nothing and counts nothing twice while processes are killed, paused and restarted', async () => {
  const result = await runLedger({
    seed: 3,
    messages: 6000,
    channels: 20,
    faults: 6,
    rate: 500,
    settleMs: 90_000,
  });
  expect(result.faults).toHaveLength(6);
  expect(result.discrepancies.slice(0, 5)).toEqual([]);
});
