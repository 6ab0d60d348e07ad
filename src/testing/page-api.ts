import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { buildApi } from '../api/app.ts';
import { createArchiveAccess } from '../api/archive-access.ts';
import { createChannelLookup } from '../api/channel-lookup.ts';
import { EventHub } from '../api/event-hub.ts';
import { createMetrics } from '../api/metrics.ts';
import { StatsCache } from '../api/stats-cache.ts';
import type { CassandraSession, Page, Row } from '../cassandra/client.ts';
import { Secret } from '../config/secret.ts';
import type { Health } from '../contract/api.ts';
import type { ChannelStats } from '../contract/channel-stats.ts';
import type { ChatMessage } from '../contract/chat-message.ts';
import type { GapEvent } from '../contract/ingest-event.ts';

/** The real API with its page on loopback. What Kafka and Cassandra would tell it, the test tells it. */
export interface PageApi {
  readonly url: string;
  /** Open streams. */
  streams(): number;
  count(stats: ChannelStats): void;
  say(message: ChatMessage): void;
  gap(gap: GapEvent): void;
  /** What Cassandra holds, and whether it is there. */
  readonly archive: FakeArchive;
  setKafka(isConnected: boolean): void;
  tick(): void;
  /** Ends the server, as a crash does; `start` brings it back on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface FakeArchive {
  isConnected: boolean;
  readonly windows: ChannelStats[];
  readonly messages: ChatMessage[];
}

interface PageApiOptions {
  readonly token?: string;
  /** The server's clock, in epoch milliseconds. */
  readonly now?: () => number;
  readonly port?: number;
}

export async function startPageApi({
  token,
  now = Date.now,
  port = 0,
}: PageApiOptions = {}): Promise<PageApi> {
  const archive: FakeArchive = { isConnected: true, windows: [], messages: [] };
  const cache = new StatsCache(now);
  cache.setStale(false);
  let kafkaSince = now();
  let isKafkaConnected = true;
  let server: { close(): Promise<void> } | undefined;
  let hub: EventHub;
  let boundPort = port;

  const health = () => healthNow(isKafkaConnected, archive.isConnected, kafkaSince, cache.size, now());
  const start = async () => {
    hub = new EventHub({ cache, health });
    cache.onChange((channelId) => hub.touch(channelId));
    const logger = pino({ level: 'silent' });
    const metrics = createMetrics({
      health,
      newestUpdate: () => cache.newestUpdate,
      invalidRecords: () => 0,
      streamClients: () => hub.clients,
    });
    const access = createArchiveAccess(names, () => (archive.isConnected ? sessionOf(archive) : undefined));
    const app = await buildApi({
      settings: {
        CORS_ORIGIN: [],
        HOST: '127.0.0.1',
        API_TOKEN: token === undefined ? undefined : new Secret(token),
        API_OPEN: false,
        API_RATE_LIMIT: 1_000_000,
      },
      cache,
      hub,
      archive: access,
      lookup: createChannelLookup({
        cache,
        archive: access,
        isCacheReady: () => true,
        onMiss: () => {},
        logger,
      }),
      health,
      metrics,
      logger,
    });
    await app.listen({ host: '127.0.0.1', port: boundPort });
    boundPort = portOf(app.server.address());
    server = app;
  };
  await start();
  return {
    url: `http://127.0.0.1:${boundPort}`,
    streams: () => hub.clients,
    count: (stats) => cache.apply(stats.channel_id, Buffer.from(JSON.stringify(stats)), now()),
    say: (message) => {
      archive.messages.unshift(message);
      hub.publishMessage({ ...message, emotes: [...message.emotes] });
    },
    gap: (gap) => hub.publishGap(gap),
    archive,
    setKafka: (isConnected) => {
      isKafkaConnected = isConnected;
      kafkaSince = now();
      cache.setStale(!isConnected);
      hub.publishHealth(health());
    },
    tick: () => cache.tick(),
    start,
    stop: async () => {
      hub.close();
      await server?.close();
      server = undefined;
    },
  };
}

const names = {
  CASSANDRA_KEYSPACE: 'twitch_chat',
  CASSANDRA_TABLE: 'raw_chat_messages',
  WINDOW_SIZE_SECONDS: 600,
};

function healthNow(
  isKafkaConnected: boolean,
  isCassandraConnected: boolean,
  since: number,
  channels: number,
  now: number,
): Health {
  return {
    status: isKafkaConnected ? (isCassandraConnected ? 'healthy' : 'degraded') : 'unhealthy',
    timestamp: now,
    services: {
      kafka: isKafkaConnected ? 'connected' : 'disconnected',
      cache: isKafkaConnected ? 'ready' : 'stale',
      cassandra: isCassandraConnected ? 'connected' : 'disconnected',
    },
    details: {
      kafka: { since, lag: 0, reason: null },
      cache: { since, channels },
      cassandra: { since, reason: null },
    },
  };
}

/** Answers the three reads of the archive from what it holds, newest first. */
function sessionOf(archive: FakeArchive): CassandraSession {
  return {
    query: async (cql, parameters = []) => {
      const rows = rowsFor(archive, cql, parameters);
      return page(rows.slice(0, Number(parameters.at(-1) ?? rows.length)));
    },
    driverPage: async () => {
      throw new Error('the API does not read driver rows');
    },
    isConnected: () => archive.isConnected,
    alterSchema: async () => {},
    close: async () => {},
  };
}

function rowsFor(archive: FakeArchive, cql: string, [channelId, second]: readonly unknown[]): Row[] {
  if (cql.includes('channel_window_stats')) {
    const windows = archive.windows.filter((window) => window.channel_id === channelId);
    return windows.sort((a, b) => b.window_start - a.window_start).map((window) => ({ ...window }));
  }
  const isOfUser = cql.includes('messages_by_user');
  return archive.messages
    .filter((message) => message.channel_id === channelId && (!isOfUser || message.user_id === second))
    .map((message) => ({ ...message, emotes: [...message.emotes] }));
}

function page(rows: readonly Row[]): Page {
  return { columns: [], rows, pageState: undefined };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}
