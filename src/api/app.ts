import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RawServerDefault,
} from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Settings } from '../config/settings.ts';
import type { Health } from '../contract/api.ts';
import type { Logger } from '../output/logger.ts';
import type { ArchiveAccess } from './archive-access.ts';
import type { ChannelLookup } from './channel-lookup.ts';
import { answerErrors, answerFrameworkError } from './error-handler.ts';
import type { EventHub } from './event-hub.ts';
import { guardRequests, isLoopback } from './guard.ts';
import type { ApiMetrics } from './metrics.ts';
import { generateOpenapi } from './openapi.ts';
import { pageRoutes } from './page/page-routes.ts';
import { ApiProblem } from './problem.ts';
import { observeRequests, tagAnswers } from './request-hooks.ts';
import { archiveRoutes } from './routes/archive.ts';
import { channelRoutes } from './routes/channels.ts';
import { healthRoutes } from './routes/health.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { streamRoutes } from './routes/stream.ts';
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

/** The HTTP application, not listening yet. */
export async function buildApi(deps: ApiDeps): Promise<ApiInstance> {
  const { settings } = deps;
  const app = Fastify({
    loggerInstance: deps.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: answerFrameworkError,
    genReqId: (request) => requestId(request.headers['x-request-id']),
    bodyLimit: 16 * 1024,
    routerOptions: { maxParamLength: 200 },
    requestTimeout: 10_000,
    keepAliveTimeout: 65_000,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  // Handlers answer typed values; the tests hold them against the schemas.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  answerErrors(app);
  observeRequests(app, deps.metrics);
  await app.register(helmet, securityHeaders);
  await app.register(cors, {
    origin: corsOrigin(settings.CORS_ORIGIN),
    methods: ['GET', 'HEAD'],
    exposedHeaders: ['x-request-id', 'etag'],
  });
  await app.register(rateLimit, {
    max: settings.API_RATE_LIMIT,
    timeWindow: '1 minute',
    allowList: (request) => isLoopback(request.ip.replace(/^::ffff:/, '')),
    errorResponseBuilder: (_request, { after }) =>
      new ApiProblem(
        'too-many-requests',
        `More than ${settings.API_RATE_LIMIT} in a minute; go on in ${after}.`,
      ),
  });
  guardRequests(app, settings);
  tagAnswers(app);
  await app.register(compress, {
    threshold: 1024,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  });
  await generateOpenapi(app);
  await app.register(healthRoutes(deps));
  await app.register(metricsRoutes(deps));
  await app.register(pageRoutes());
  await app.register(channelRoutes(deps), { prefix: '/api' });
  await app.register(archiveRoutes(deps), { prefix: '/api' });
  await app.register(streamRoutes(deps), { prefix: '/api' });
  return app;
}

/** The page needs its own files and nothing else; no other site may show it in a frame. */
const securityHeaders = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'font-src': ["'self'"],
      'connect-src': ["'self'"],
      'manifest-src': ["'self'"],
      'base-uri': ["'none'"],
      'form-action': ["'none'"],
      'frame-ancestors': ["'none'"],
    },
  },
  // Plain HTTP on loopback; a proxy that ends TLS sets its own.
  strictTransportSecurity: false,
  // What browsers of other origins may read is CORS_ORIGIN's to say.
  crossOriginResourcePolicy: { policy: 'cross-origin' as const },
};

/** Exactly the configured origins; `*` only when it is the configured one. */
function corsOrigin(origins: readonly string[]): string | string[] {
  return origins.includes('*') ? '*' : [...origins];
}

/** The caller's own request id when it has a harmless form, else a new one. */
function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}
