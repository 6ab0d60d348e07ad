import { describe, expect, it } from 'vitest';
import { bootstrap } from '../bootstrap/bootstrap.ts';
import { probeCassandra } from '../cassandra/probe.ts';
import { probeKafka } from '../kafka/probe.ts';
import { bootstrappedSettings, testSettings } from './pipeline.ts';

describe('the servers of the integration tests', () => {
  it('answer, and are the versions that the stack runs', async () => {
    const settings = testSettings();
    await probeKafka(settings, AbortSignal.timeout(20_000));
    expect(await probeCassandra(settings)).toMatch(/^5\.0\./);
  });

  it('give each test topics and a keyspace of its own', async () => {
    const [first, second] = [await bootstrappedSettings(), testSettings()];
    expect((await bootstrap(first, { check: true })).drift).toBe(false);
    const items = (await bootstrap(second, { check: true })).items;
    expect(new Set(items.map(({ state }) => state))).toEqual(new Set(['missing']));
  });
});
