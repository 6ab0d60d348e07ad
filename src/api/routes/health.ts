import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { healthSchema } from '../../contract/api.ts';
import type { ApiDeps } from '../api-instance.ts';

/** `/api/health`, and `/health` as every other service has it. */
export function healthRoutes({ health }: Pick<ApiDeps, 'health'>): FastifyPluginAsyncZod {
  return async (app) => {
    for (const url of ['/api/health', '/health']) {
      app.get(
        url,
        {
          schema: {
            operationId: url === '/health' ? 'getRootHealth' : 'getHealth',
            tags: ['health'],
            summary: 'Whether the API can serve live counts, and what it stands on',
            response: { 200: healthSchema, 503: healthSchema },
          },
        },
        async (_request, reply) => {
          const state = health();
          return reply
            .code(state.status === 'unhealthy' ? 503 : 200)
            .header('cache-control', 'no-store')
            .send(state);
        },
      );
    }
  };
}
