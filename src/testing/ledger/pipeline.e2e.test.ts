import { expect, it } from 'vitest';
import type { PipelineFault } from './pipeline-faults.ts';
import { runPipeline } from './pipeline-run.ts';

/** Each kind of fault, and each process and a network of each kind, once. The full form: `npm run soak -- pipeline`. */
const faults: readonly PipelineFault[] = [
  { at: 0.05, kind: 'kill', target: 'api', lastsMs: 0 },
  { at: 0.1, kind: 'reconnect', target: 'twitch', lastsMs: 0 },
  { at: 0.15, kind: 'kill', target: 'count', lastsMs: 0 },
  { at: 0.2, kind: 'stall', target: 'archive-cassandra', lastsMs: 3000 },
  { at: 0.3, kind: 'kill', target: 'ingest', lastsMs: 0 },
  { at: 0.35, kind: 'cut', target: 'ingest-kafka', lastsMs: 2000 },
  { at: 0.4, kind: 'kill', target: 'archive', lastsMs: 0 },
  { at: 0.45, kind: 'cut', target: 'twitch-ingest', lastsMs: 1000 },
  { at: 0.5, kind: 'restart', target: 'cassandra', lastsMs: 0 },
  { at: 0.55, kind: 'pause', target: 'count', lastsMs: 3000 },
  { at: 0.6, kind: 'stall', target: 'count-kafka', lastsMs: 3000 },
  { at: 0.65, kind: 'kill', target: 'kafka', lastsMs: 0 },
  { at: 0.8, kind: 'cut', target: 'api-watch', lastsMs: 1000 },
  // Twitch closes while the ingestor is asleep.
  { at: 0.85, kind: 'pause', target: 'ingest', lastsMs: 5500 },
  { at: 0.86, kind: 'reconnect', target: 'twitch', lastsMs: 0 },
];

it('loses, doubles and miscounts nothing, and tells every gap, while all of the pipeline and its network suffer', async () => {
  const result = await runPipeline({ seed: 1, messages: 6000, channels: 20, rate: 150, faults });
  expect(result.open.slice(0, 5)).toEqual([]);
  expect(result.faults).toHaveLength(faults.length);
  expect(result.sent).toBe(result.arrived + result.told);
  // Chat was lost, and it was owned up to: the test has seen what it is about.
  expect(result.told).toBeGreaterThan(0);
  expect(result.lostScreens).toEqual([]);
}, 900_000);
