import type { KeptState } from '../cassandra/keeper.ts';
import type { Health } from '../contract/api.ts';
import type { ReaderState } from '../kafka/reader-progress.ts';

/**
 * The API's health from that of what it stands on. Without Cassandra it still serves the counts (degraded); without
 * Kafka, or before the topic was read to its end, it serves at best what was (unhealthy).
 */
export function healthOf(kafka: ReaderState, cassandra: KeptState, channels: number, now: number): Health {
  const ready = kafka.connected && kafka.caughtUp;
  const cache = ready ? 'ready' : kafka.caughtUp ? 'stale' : 'loading';
  return {
    status: ready ? (cassandra.connected ? 'healthy' : 'degraded') : 'unhealthy',
    timestamp: now,
    services: {
      kafka: kafka.connected ? (kafka.caughtUp ? 'connected' : 'connecting') : 'disconnected',
      cache,
      cassandra: cassandra.connected ? 'connected' : 'disconnected',
    },
    details: {
      kafka: { since: kafka.since, lag: kafka.lag, reason: kafka.reason ?? null },
      cache: { since: kafka.since, channels },
      cassandra: { since: cassandra.since, reason: cassandra.reason ?? null },
    },
  };
}
