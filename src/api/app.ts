import { randomUUID } from 'node:crypto';
import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import rateLimit, { type RateLimitPluginOptions } from '@fastify/rate-limit';
import Fastify, { type FastifyBaseLogger, LogController } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { MAX_NAME } from '../contract/chat-message.ts';
import type { ApiDeps, ApiInstance, ApiSettings } from './api-instance.ts';
import { answerErrors, answerFrameworkError } from './error-handler.ts';
import { guardRequests, isLoopback } from './guard.ts';
import { refuseOtherMethods } from './method-guard.ts';
import { documentRoutes, generateOpenapi } from './openapi.ts';
import { pageRoutes } from './page/page-routes.ts';
import { ApiProblem } from './problem.ts';
import { observeRequests, tagAnswers } from './request-hooks.ts';
import { archiveRoutes } from './routes/archive.ts';
import { channelRoutes } from './routes/channels.ts';
import { healthRoutes } from './routes/health.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { statsRoutes } from './routes/stats.ts';
import { streamRoutes } from './routes/stream.ts';

/** As it stands in the URL, where each of its bytes may take three characters. */
const MAX_PARAM = 9 * MAX_NAME;

/** The HTTP application, not listening yet. */
export async function buildApi(deps: ApiDeps): Promise<ApiInstance> {
  const { settings } = deps;
  const app = Fastify({
    loggerInstance: deps.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    frameworkErrors: answerFrameworkError,
    genReqId: (request) => requestId(request.headers['x-request-id']),
    bodyLimit: 16 * 1024,
    routerOptions: { maxParamLength: MAX_PARAM },
    requestTimeout: 10_000,
    keepAliveTimeout: 65_000,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  // Handlers answer typed values; the tests hold them against the schemas.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  answerErrors(app);
  observeRequests(app, deps.metrics);
  refuseOtherMethods(app);
  await app.register(cors, {
    origin: corsOrigin(settings.CORS_ORIGIN),
    methods: ['GET', 'HEAD'],
    // An OPTIONS that is no preflight is answered as one, not refused in words of another kind.
    strictPreflight: false,
    exposedHeaders: ['x-request-id', 'etag'],
  });
  // On loopback every caller is this machine.
  if (!isLoopback(settings.HOST)) {
    await app.register(rateLimit, rateLimits(settings));
    // Before anybody is refused, so that a token cannot be guessed faster than that.
    app.addHook('onRequest', app.rateLimit());
  }
  guardRequests(app, settings);
  tagAnswers(app);
  await generateOpenapi(app);
  await app.register(healthRoutes(deps));
  await app.register(statsRoutes(deps), { prefix: '/api' });
  // Its hooks cost more than they save on the small answers above.
  await app.register(compress, {
    threshold: 1024,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  });
  await app.register(documentRoutes);
  await app.register(metricsRoutes(deps));
  await app.register(pageRoutes());
  await app.register(channelRoutes(deps), { prefix: '/api' });
  await app.register(archiveRoutes(deps), { prefix: '/api' });
  await app.register(streamRoutes(deps), { prefix: '/api' });
  return app;
}

function rateLimits({ API_RATE_LIMIT: max }: ApiSettings): RateLimitPluginOptions {
  return {
    global: false,
    max,
    timeWindow: '1 minute',
    allowList: (request) => isLoopback(request.ip.replace(/^::ffff:/, '')),
    errorResponseBuilder: (_request, { after }) =>
      new ApiProblem('too-many-requests', `More than ${max} in a minute; go on in ${after}.`),
  };
}

/** Exactly the configured origins; `*` only when it is the configured one. */
function corsOrigin(origins: readonly string[]): string | string[] {
  return origins.includes('*') ? '*' : [...origins];
}

/** The caller's own request id when it has a harmless form, else a new one. */
function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}
