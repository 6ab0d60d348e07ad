import type { FastifyInstance, HTTPMethods, onRouteHookHandler } from 'fastify';
import { ApiProblem } from './problem.ts';

/** OPTIONS is the business of CORS. */
const others: readonly HTTPMethods[] = ['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'];

/**
 * Every route reads: any other method is told so, 405 with `Allow` (RFC 9110, 15.5.6), before its body is looked at.
 * To be called before the routes are registered.
 */
export function refuseOtherMethods(app: Pick<FastifyInstance, 'addHook'>): void {
  const refuse: onRouteHookHandler = function (
    this: FastifyInstance,
    { method, url, prefix, exposeHeadRoute },
  ) {
    if (method !== 'GET') return;
    const hasHead = exposeHeadRoute !== false;
    const allow = hasHead ? 'GET, HEAD' : 'GET';
    this.route({
      method: [...others, ...(hasHead ? [] : ['HEAD' as const])],
      url: url.slice(prefix.length) || '/',
      schema: { hide: true },
      onRequest: async (request, reply) => {
        reply.header('allow', allow);
        throw new ApiProblem('method-not-allowed', `${request.method} is not one of: ${allow}`);
      },
      handler: () => undefined,
    });
  };
  app.addHook('onRoute', refuse);
}
