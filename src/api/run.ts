import { keepCassandra } from '../cassandra/keeper.ts';
import type { Settings } from '../config/settings.ts';
import { untilAborted } from '../contract/abort.ts';
import { listenError } from '../contract/listen-error.ts';
import type { ReaderState } from '../kafka/reader-progress.ts';
import type { Logger } from '../output/logger.ts';
import type { ApiInstance } from './api-instance.ts';
import { buildApi } from './app.ts';
import { createArchiveAccess } from './archive-access.ts';
import { createChannelLookup } from './channel-lookup.ts';
import { EventHub } from './event-hub.ts';
import { startFeed } from './feed.ts';
import { checkExposure } from './guard.ts';
import { healthOf } from './health.ts';
import { createMetrics } from './metrics.ts';
import { StatsCache } from './stats-cache.ts';

export interface RunApiOptions {
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Told once, when requests are taken. */
  readonly onListening?: (address: { host: string; port: number }) => void;
}

/**
 * The API service: follows `channel-stats`, keeps a session to Cassandra and serves HTTP until `signal` is aborted. Then
 * it ends in order: no new requests, streams closed, consumers gone.
 * @throws AppError PORT_IN_USE, CONFIG_INVALID
 */
export async function runApi(
  settings: Settings,
  { logger, signal, onListening }: RunApiOptions,
): Promise<void> {
  checkExposure(settings);
  const stop = new AbortController();
  const cache = new StatsCache();
  let kafka: ReaderState = NOT_CONNECTED;
  const health = () => healthOf(kafka, cassandra.state(), cache.size, Date.now());
  const hub = new EventHub({
    cache,
    health,
    onDropped: (reason) => {
      metrics.droppedClients.inc();
      logger.warn({ reason }, 'a stream client was dropped');
    },
  });
  const metrics = createMetrics({
    health,
    newestUpdate: () => cache.newestUpdate,
    invalidRecords: () => cache.invalidRecords,
    streamClients: () => hub.clients,
  });
  cache.onChange((channelId) => hub.touch(channelId));
  const cassandra = keepCassandra(settings, {
    logger,
    signal: stop.signal,
    onState: () => hub.publishHealth(health()),
  });
  const archive = createArchiveAccess(settings, () => cassandra.session());
  const isCacheReady = () => kafka.connected && kafka.caughtUp;
  const lookup = createChannelLookup({
    cache,
    archive,
    isCacheReady,
    onMiss: (answered) => metrics.cacheMisses.inc({ answered }),
    logger,
  });
  try {
    const app = await buildApi({ settings, cache, archive, lookup, hub, health, metrics, logger });
    await listen(app, settings);
    const feed = startFeed(settings, {
      cache,
      hub,
      logger,
      signal: stop.signal,
      onState: (state) => {
        kafka = state;
        cache.setStale(!state.connected || !state.caughtUp);
        hub.publishHealth(health());
      },
    });
    const ticking = setInterval(() => {
      kafka = feed.state();
      cache.tick();
    }, 1000);
    announce(app, onListening);
    await untilAborted(signal);
    logger.info('ending');
    clearInterval(ticking);
    stop.abort();
    hub.close();
    // Who connected and asked for nothing, or reads nothing, is not waited for.
    const cut = setTimeout(() => app.server.closeAllConnections(), GOODBYE_MS);
    await app.close();
    clearTimeout(cut);
    await feed.done();
  } finally {
    stop.abort();
    await cassandra.done;
  }
}

/** How long an answer may take that is under way when the API ends. */
const GOODBYE_MS = 1000;

const NOT_CONNECTED: ReaderState = {
  connected: false,
  since: Date.now(),
  caughtUp: false,
  lag: 0,
  reason: 'not connected yet',
};

async function listen(app: ApiInstance, { HOST: host, PORT: port }: Settings): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw listenError(cause, {
      host,
      port,
      portFrom: '--port or PORT',
      addressFrom: '--host or HOST, and --port or PORT',
    });
  }
}

function announce(app: ApiInstance, onListening: RunApiOptions['onListening']): void {
  const address = app.server.address();
  if (address !== null && typeof address !== 'string') {
    onListening?.({ host: address.address, port: address.port });
  }
}
