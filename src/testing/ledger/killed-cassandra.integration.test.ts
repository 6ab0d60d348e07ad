import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { bootstrap } from '../../bootstrap/bootstrap.ts';
import { consumersBehind } from '../../kafka/group-progress.ts';
import { freePorts } from '../../stack/ports.ts';
import { chat, produceChat } from '../chat.ts';
import { embeddedServices, testClassPaths } from '../embedded.ts';
import { dropTopics, ownSettings } from '../own-settings.ts';
import { type RunningProcessor, startProcessor } from '../processor.ts';
import { readArchive } from './readers.ts';
import { startVictim, type Victim } from './victim.ts';

const channels = ['1', '2', '3', '4', '5', '6', '7', '8'] as const;

/** After a SIGKILL its commit log is readable up to a marker that it sets each 100 ms: the rest was acknowledged, and is gone. */
test('archives again what Cassandra had acknowledged and was killed with', { timeout: 400_000 }, async () => {
  const { cassandra, cassandraHosts } = await ownCassandra();
  const settings = ownSettings({ kafkaBrokers: inject('kafkaBrokers'), cassandraHosts });
  await bootstrap(settings);
  onTestFinished(() => dropTopics(settings));
  const messages = chat({ seed: 18, messages: 120_000, start: Date.now() - 600_000, stepMs: 3, channels });
  await produceChat(settings, messages);

  const archive = await startProcessor(settings, { role: 'archive' });
  onTestFinished(() => archive.stop());
  for (let kill = 0; kill < 2; kill += 1) {
    await moreRows(archive, 40_000);
    await cassandra.suffer({ kind: 'kill', pauseMs: 0 });
  }
  await vi.waitFor(async () => expect((await consumersBehind(settings)).archiver).toBe(0), {
    timeout: 180_000,
    interval: 1000,
  });

  const { rows } = await readArchive(settings, channels);
  const archived = new Set(rows.map(({ message_id }) => message_id));
  expect(messages.filter(({ message_id }) => !archived.has(message_id)).length).toBe(0);
  expect(rows).toHaveLength(messages.length);
});

/** One that may be killed: the others of this run are not disturbed. */
async function ownCassandra(): Promise<{ cassandra: Victim; cassandraHosts: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-killed-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const services = embeddedServices(directory, await freePorts(5), await testClassPaths());
  const log = join(directory, 'cassandra.log');
  const cassandra = await startVictim('cassandra', services.cassandra, log, new AbortController().signal);
  onTestFinished(() => cassandra.stop());
  return { cassandra, cassandraHosts: `127.0.0.1:${services.cassandra.ports.cql}` };
}

/** Resolves while it writes: it has written so many rows more than when this was called. */
async function moreRows(archive: RunningProcessor, rows: number): Promise<void> {
  const written = () => archive.metric('archived_rows_total');
  const enough = (await written()) + rows;
  await vi.waitFor(async () => expect(await written()).toBeGreaterThan(enough), {
    timeout: 120_000,
    interval: 10,
  });
}
