import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { ApiInstance } from '../api/api-instance.ts';
import { buildApi } from '../api/app.ts';
import { type ArchiveAccess, createArchiveAccess } from '../api/archive-access.ts';
import { createChannelLookup } from '../api/channel-lookup.ts';
import { EventHub } from '../api/event-hub.ts';
import { healthOf } from '../api/health.ts';
import { createMetrics } from '../api/metrics.ts';
import { StatsCache } from '../api/stats-cache.ts';
import { type SettingName, settingsSchema } from '../config/settings.ts';

export interface TestApp {
  readonly app: ApiInstance;
  readonly cache: StatsCache;
  readonly hub: EventHub;
}

export interface TestAppOptions {
  readonly settings?: Partial<Record<SettingName, unknown>>;
  readonly now?: () => number;
  /** Default: Kafka is there and read to its end. */
  readonly kafkaReady?: boolean;
  /** Default: Cassandra is away. */
  readonly archive?: ArchiveAccess;
}

/** The real HTTP application over a cache that the test fills, without Kafka and Cassandra; closed when the test has finished. */
export async function buildTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const settings = settingsSchema.parse(options.settings ?? {});
  const now = options.now ?? Date.now;
  const ready = options.kafkaReady ?? true;
  const cache = new StatsCache(now);
  cache.setStale(!ready);
  const archive = options.archive ?? createArchiveAccess(settings, () => undefined);
  const kafka = { connected: ready, since: 1, caughtUp: ready, lag: 0, reason: undefined };
  const cassandra = { connected: archive.isConnected(), since: 1, reason: undefined };
  const health = () => healthOf(kafka, cassandra, cache.size, now());
  const hub = new EventHub({ cache, health });
  cache.onChange((id) => hub.touch(id));
  const metrics = createMetrics({
    health,
    newestUpdate: () => cache.newestUpdate,
    invalidRecords: () => cache.invalidRecords,
    streamClients: () => hub.clients,
  });
  const logger = pino({ level: 'silent' });
  const lookup = createChannelLookup({
    cache,
    archive,
    isCacheReady: () => ready,
    onMiss: (answered) => metrics.cacheMisses.inc({ answered }),
    logger,
  });
  const app = await buildApi({ settings, cache, hub, archive, lookup, health, metrics, logger });
  onTestFinished(async () => {
    hub.close();
    await app.close();
  });
  return { app, cache, hub };
}
