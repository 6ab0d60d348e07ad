import { expect, test } from 'vitest';
import { testSettings } from '../testing/pipeline.ts';
import { probeKafka } from './probe.ts';

test('several that ask at once are all answered', async () => {
  const settings = testSettings();
  const probes = Array.from({ length: 4 }, () => probeKafka(settings, AbortSignal.timeout(50_000), 40_000));
  expect(await Promise.all(probes)).toHaveLength(4);
});
