import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { channelListSchema, channelViewSchema, problemSchema } from '../../contract/api.ts';
import type { ApiDeps } from '../app.ts';
import { ApiProblem } from '../problem.ts';

const channelParams = z.object({
  channelId: z.string().min(1).max(200).describe('Twitch room-id, or login'),
});

/** The live counts. */
export function channelRoutes({ cache, health }: Pick<ApiDeps, 'cache' | 'health'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/channels/:channelId/stats',
      {
        schema: {
          operationId: 'getChannelStats',
          tags: ['channels'],
          summary: 'The newest window of a channel, by id or name',
          params: channelParams,
          response: { 200: channelViewSchema, 404: problemSchema, 503: problemSchema },
        },
      },
      async (request, reply) => {
        const { channelId } = request.params;
        const view = cache.find(channelId);
        if (view === undefined) throw unknownChannel(channelId, health().services.cache);
        return reply.header('cache-control', 'no-cache').send(view);
      },
    );

    app.get(
      '/channels',
      {
        schema: {
          operationId: 'listChannels',
          tags: ['channels'],
          summary: 'All channels, the busiest first',
          response: { 200: channelListSchema },
        },
      },
      async (_request, reply) =>
        reply.header('cache-control', 'no-cache').send({ channels: cache.list(), next_cursor: null }),
    );
  };
}

/** Before the topic has been read to its end, nobody can say that a channel is not known. */
function unknownChannel(channelId: string, cache: 'ready' | 'loading' | 'stale'): ApiProblem {
  if (cache === 'ready') return new ApiProblem('channel-unknown', `No counts for "${channelId}".`);
  return new ApiProblem('unavailable', `Kafka is away, and nothing is known of "${channelId}".`, {
    retryAfterSeconds: 5,
  });
}
