import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Settings } from '../config/settings.ts';
import type { Health } from '../contract/api.ts';
import type { Logger } from '../output/logger.ts';
import type { ArchiveAccess } from './archive-access.ts';
import type { ChannelLookup } from './channel-lookup.ts';
import type { EventHub } from './event-hub.ts';
import type { ApiMetrics } from './metrics.ts';
import type { StatsCache } from './stats-cache.ts';

export type ApiSettings = Pick<
  Settings,
  'CORS_ORIGIN' | 'HOST' | 'API_TOKEN' | 'API_OPEN' | 'API_RATE_LIMIT'
>;

/** What the routes answer from. */
export interface ApiDeps {
  readonly settings: ApiSettings;
  readonly cache: StatsCache;
  readonly hub: EventHub;
  readonly archive: ArchiveAccess;
  readonly lookup: ChannelLookup;
  readonly health: () => Health;
  readonly metrics: ApiMetrics;
  readonly logger: Logger;
}

export type ApiInstance = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
