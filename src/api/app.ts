import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Settings } from '../config/settings.ts';
import type { Health } from '../contract/api.ts';
import type { Logger } from '../output/logger.ts';
import { answerErrors } from './error-handler.ts';
import type { EventHub } from './event-hub.ts';
import { channelRoutes } from './routes/channels.ts';
import { healthRoutes } from './routes/health.ts';
import { streamRoutes } from './routes/stream.ts';
import type { StatsCache } from './stats-cache.ts';

export type ApiSettings = Pick<Settings, 'CORS_ORIGIN' | 'HOST' | 'API_TOKEN'>;

/** What the routes answer from. */
export interface ApiDeps {
  readonly settings: ApiSettings;
  readonly cache: StatsCache;
  readonly hub: EventHub;
  readonly health: () => Health;
  readonly logger: Logger;
}

export type ApiInstance = FastifyInstance<
  import('fastify').RawServerDefault,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** The HTTP application, not listening yet. */
export async function buildApi(deps: ApiDeps): Promise<ApiInstance> {
  const app = Fastify({
    loggerInstance: deps.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) => requestId(request.headers['x-request-id']),
    bodyLimit: 16 * 1024,
    routerOptions: { maxParamLength: 200 },
    connectionTimeout: 0,
    requestTimeout: 10_000,
    keepAliveTimeout: 65_000,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  // Handlers answer typed values; the tests hold them against the schemas.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  answerErrors(app);
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  await app.register(cors, { origin: corsOrigin(deps.settings.CORS_ORIGIN), methods: ['GET', 'HEAD'] });
  await app.register(healthRoutes(deps));
  await app.register(channelRoutes(deps), { prefix: '/api' });
  await app.register(streamRoutes(deps), { prefix: '/api' });
  return app;
}

/** Exactly the configured origins; `*` only when it is the configured one. */
function corsOrigin(origins: readonly string[]): string | string[] {
  return origins.includes('*') ? '*' : [...origins];
}

/** The caller's own request id when it has a harmless form, else a new one. */
function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}
