import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Health } from '../contract/api.ts';

/** What the metrics are read from when Prometheus asks. */
export interface MetricSources {
  readonly health: () => Health;
  /** Epoch milliseconds of the newest update in the cache. */
  readonly newestUpdate: () => number | undefined;
  readonly invalidRecords: () => number;
  readonly streamClients: () => number;
}

export interface ApiMetrics {
  readonly registry: Registry;
  /** By `route` (the pattern, never the URL), `method` and `status`. */
  readonly requests: Histogram<'route' | 'method' | 'status'>;
  /** By what answered instead: `cassandra`, `unknown`, `unavailable`. */
  readonly cacheMisses: Counter<'answered'>;
  readonly droppedClients: Counter;
}

export function createMetrics(sources: MetricSources): ApiMetrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  const details = () => sources.health().details;
  gauge('twitchstats_api_cache_channels', 'Channels in the cache', () => details().cache.channels);
  gauge('twitchstats_api_cache_age_seconds', 'Since the newest count was updated', () => {
    const newest = sources.newestUpdate();
    return newest === undefined ? 0 : Math.max(0, (Date.now() - newest) / 1000);
  });
  gauge(
    'twitchstats_api_stats_lag_records',
    'Records of channel-stats not read yet',
    () => details().kafka.lag,
  );
  gauge('twitchstats_api_invalid_records', 'Records that were no ChannelStats', sources.invalidRecords);
  gauge('twitchstats_api_stream_clients', 'Open connections to /api/stream', sources.streamClients);
  gauge('twitchstats_api_kafka_connected', '1 while Kafka answers', () =>
    sources.health().services.kafka === 'disconnected' ? 0 : 1,
  );
  gauge('twitchstats_api_cassandra_connected', '1 while Cassandra answers', () =>
    sources.health().services.cassandra === 'connected' ? 1 : 0,
  );
  gauge('twitchstats_api_memory_bytes', 'Resident memory', () => process.memoryUsage.rss());
  return {
    registry,
    requests: new Histogram({
      name: 'twitchstats_api_request_seconds',
      help: 'Requests and how long they took',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    }),
    cacheMisses: new Counter({
      name: 'twitchstats_api_cache_misses_total',
      help: 'Channels that were asked for and are not in the cache',
      labelNames: ['answered'],
      registers,
    }),
    droppedClients: new Counter({
      name: 'twitchstats_api_stream_clients_dropped_total',
      help: 'Stream clients that did not keep up',
      registers,
    }),
  };
}
