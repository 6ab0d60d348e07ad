import { expect, it } from 'vitest';
import type { Fault } from './faults.ts';
import { laptop } from './laptop.ts';
import { runLedger } from './run.ts';

const kills: readonly Fault[] = [0.1, 0.5, 0.9].map((at) => ({
  at,
  kind: 'kill',
  target: 'cassandra',
  pauseMs: 0,
}));

/** After a SIGKILL its commit log is readable up to a marker that it sets each 100 ms: the rest was acknowledged, and is gone. */
it('archives again what Cassandra had acknowledged and was killed with', async () => {
  const result = await runLedger({
    seed: 3,
    messages: 200_000,
    channels: 24,
    rate: 6000,
    faults: kills.length,
    cast: { ...laptop, schedule: () => [...kills] },
  });
  expect(result.discrepancies.slice(0, 5)).toEqual([]);
  expect(result.faults).toHaveLength(kills.length);
}, 900_000);
