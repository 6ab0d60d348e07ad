import type { FastifyPluginAsync } from 'fastify';
import { z } from 'zod';
import { channelViewSchema, problemSchema } from '../../contract/api.ts';
import { MAX_NAME } from '../../contract/chat-message.ts';
import type { ApiDeps } from '../api-instance.ts';

export const channelParams = z.object({
  channelId: z.string().min(1).max(MAX_NAME).describe('Twitch room-id, or login'),
});

/** The newest window of one channel: what is asked for most, so a cached answer goes out as it was written last. */
export function statsRoutes({ cache, lookup }: Pick<ApiDeps, 'cache' | 'lookup'>): FastifyPluginAsync {
  return async (app) => {
    app.get<{ Params: z.infer<typeof channelParams> }>(
      '/channels/:channelId/stats',
      {
        schema: {
          operationId: 'getChannelStats',
          tags: ['channels'],
          summary: 'The newest window of a channel, by id or name',
          params: channelParams,
          response: { 200: channelViewSchema, 400: problemSchema, 404: problemSchema, 503: problemSchema },
        },
      },
      (request, reply) => {
        reply.header('cache-control', 'no-cache');
        const { channelId } = request.params;
        const cached = cache.answer(channelId);
        if (cached !== undefined) {
          // Text that is JSON already: the schema above describes it, the tests hold it to that.
          reply.header('etag', cached.tag).type('application/json; charset=utf-8').send(cached.body);
          return;
        }
        lookup.stats(channelId).then(
          (view) => reply.send(view),
          (error) => reply.send(error),
        );
      },
    );
  };
}
