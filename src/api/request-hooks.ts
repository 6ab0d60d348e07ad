import type { FastifyInstance } from 'fastify';
import { entityTag } from './entity-tag.ts';
import type { ApiMetrics } from './metrics.ts';

/**
 * What every answer says to browsers: it is what its type says, it loads nothing and is shown in no frame, and no page
 * learns where its reader came from. The page at `/` has a content policy of its own.
 */
const securityHeaders = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** Every request leaves its id in the answer, a line in the log and a count. */
export function observeRequests(
  app: Pick<FastifyInstance, 'addHook'>,
  { requests }: Pick<ApiMetrics, 'requests'>,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(securityHeaders).header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    const { method } = request;
    const { statusCode: status, elapsedTime: ms } = reply;
    requests.observe({ route, method, status: String(status) }, ms / 1000);
    request.log.info(
      {
        request_id: request.id,
        method,
        url: request.url.slice(0, 500),
        status,
        ms: Math.round(ms * 10) / 10,
      },
      'request',
    );
    done();
  });
}

/** Answers 304 to who has the same JSON already. */
export function tagAnswers(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') {
      return done(null, payload);
    }
    if (reply.getHeader('cache-control') === 'no-store') return done(null, payload);
    const known = reply.getHeader('etag');
    const tag = typeof known === 'string' ? known : entityTag(payload);
    if (known === undefined) reply.header('etag', tag);
    if (request.headers['if-none-match'] !== tag) return done(null, payload);
    reply.code(304).removeHeader('content-type');
    reply.removeHeader('content-length');
    done(null, null);
  });
}
