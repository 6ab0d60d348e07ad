import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { ApiMetrics } from './metrics.ts';

/** Every request leaves its id in the answer, a line in the log and a count. */
export function observeRequests(
  app: Pick<FastifyInstance, 'addHook'>,
  { requests }: Pick<ApiMetrics, 'requests'>,
): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
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

/** Answers 304 to who has the same JSON already. Weak, since the body may still be compressed. */
export function tagAnswers(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.method !== 'GET' || reply.statusCode !== 200 || typeof payload !== 'string') {
      return done(null, payload);
    }
    if (reply.getHeader('cache-control') === 'no-store') return done(null, payload);
    const tag = `W/"${createHash('sha1').update(payload).digest('base64url')}"`;
    reply.header('etag', tag);
    if (request.headers['if-none-match'] !== tag) return done(null, payload);
    reply.code(304).removeHeader('content-type');
    reply.removeHeader('content-length');
    done(null, null);
  });
}
