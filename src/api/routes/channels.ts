import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { channelListSchema, MAX_CHANNELS_OF_A_PAGE, problemSchema } from '../../contract/api.ts';
import type { ApiDeps } from '../api-instance.ts';
import { decodeChannelCursor, encodeCursor } from '../cursor.ts';
import { ApiProblem } from '../problem.ts';
import { wholeNumber } from '../whole-number.ts';

/** Of the longest id that a channel may have. */
const MAX_CURSOR = 3000;

const listQuery = z.object({
  limit: wholeNumber({ min: 1, max: MAX_CHANNELS_OF_A_PAGE }).prefault(1000),
  cursor: z.string().min(1).max(MAX_CURSOR).optional().describe('`next_cursor` of the page before'),
});

/** The list of all channels. */
export function channelRoutes({ cache, health }: Pick<ApiDeps, 'cache' | 'health'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/channels',
      {
        schema: {
          operationId: 'listChannels',
          tags: ['channels'],
          summary: 'All channels that were counted in the last day, the busiest first',
          querystring: listQuery,
          response: { 200: channelListSchema, 400: problemSchema, 503: problemSchema },
        },
      },
      async (request, reply) => {
        if (cache.size === 0 && health().services.cache !== 'ready') {
          throw new ApiProblem('unavailable', 'Kafka is away, and nothing is known yet.', {
            retryAfterSeconds: 5,
          });
        }
        const { limit, cursor } = request.query;
        const all = cache.list();
        const after = cursor === undefined ? undefined : decodeChannelCursor(cursor);
        const start = after === undefined ? 0 : placeBehind(after, all);
        const channels = all.slice(start, start + limit);
        const last = channels.at(-1);
        const more = start + limit < all.length && last !== undefined;
        return reply
          .header('cache-control', 'no-cache')
          .send({ channels, next_cursor: more ? encodeCursor([last.channel_id, start + limit - 1]) : null });
      },
    );
  };
}

/** Ranks move between two calls: behind the channel that ended the last page or, if that is gone, where it was. */
function placeBehind(
  { channel_id: id, rank }: ReturnType<typeof decodeChannelCursor>,
  all: readonly { readonly channel_id: string }[],
): number {
  const last = all.findIndex((view) => view.channel_id === id);
  return last === -1 ? rank : last + 1;
}
