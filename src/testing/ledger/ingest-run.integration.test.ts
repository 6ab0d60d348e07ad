import { expect, it } from 'vitest';
import { runIngestLedger } from './ingest-run.ts';

/** The two-minute form of `npm run soak -- ingest`: about a minute of chat each, and all kinds of faults. */
const short = { seed: 1, messages: 25_000, rate: 500, channels: 50 };

it('loses nothing when Twitch asks to reconnect and Kafka is away for a while', async () => {
  const result = await runIngestLedger({
    ...short,
    faults: ['twitch: reconnect', 'kafka: restart', 'kafka: pause', 'kafka: kill', 'twitch: reconnect'],
  });
  expect(result).toMatchObject({
    sent: 25_000,
    arrived: 25_000,
    owned: 0,
    unexplained: [],
    wrong: [],
    unruly: [],
  });
  // A new connection is in all channels before the old one leaves them (docs/ingestor.md).
  const ofStartAndEnd = ['joining', 'the ingestor ends'];
  expect(result.gapReasons.filter((reason) => !ofStartAndEnd.includes(reason))).toEqual([]);
}, 600_000);

it('tells the gap of everything that is lost when connections break and it is killed itself', async () => {
  const result = await runIngestLedger({
    ...short,
    faults: [
      'twitch: cut',
      'ingest: kill',
      'kafka: kill',
      'ingest: restart',
      'twitch: half-open',
      'twitch: down',
      'kafka: pause',
      'ingest: kill',
    ],
  });
  expect(result.unexplained).toEqual([]);
  expect(result.wrong).toEqual([]);
  expect(result.slack.open).toEqual([]);
  expect(result.unruly).toEqual([]);
  expect(result.sent).toBe(result.arrived + result.owned);
  expect(result.owned).toBeGreaterThan(0);
}, 600_000);
