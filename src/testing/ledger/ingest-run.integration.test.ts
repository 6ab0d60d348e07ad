import { expect, it } from 'vitest';
import { runIngestLedger } from './ingest-run.ts';

const short = { seed: 1, messages: 4000, rate: 500, channels: 50 };

it('loses nothing when Twitch asks to reconnect and Kafka is away for a while', async () => {
  const result = await runIngestLedger({
    ...short,
    faults: ['twitch: reconnect', 'kafka: restart', 'kafka: pause'],
  });
  expect(result).toMatchObject({ sent: 4000, arrived: 4000, owned: 0, unexplained: [] });
}, 300_000);

it('tells the gap of everything that is lost when connections break and it is killed itself', async () => {
  const result = await runIngestLedger({
    ...short,
    faults: ['twitch: cut', 'ingest: kill', 'kafka: kill', 'ingest: restart'],
  });
  expect(result.unexplained).toEqual([]);
  expect(result.sent).toBe(result.arrived + result.owned);
  expect(result.owned).toBeGreaterThan(0);
}, 300_000);
