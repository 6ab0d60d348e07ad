import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type StreamEventName, streamEventNames } from '../../contract/api.ts';
import { spellingsOf } from '../../contract/channel-names.ts';
import { MAX_NAME } from '../../contract/chat-message.ts';
import type { ApiDeps } from '../api-instance.ts';
import { ApiProblem } from '../problem.ts';

const words = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => [value].flat().flatMap((item) => item.split(',')))
  .transform((items) => items.map((item) => item.trim()).filter((item) => item !== ''));

const streamQuery = z.object({
  channel: words
    .pipe(z.array(z.string().max(MAX_NAME)).min(1).max(100))
    .transform((items) => items.flatMap(spellingsOf))
    .optional()
    .describe('ids or names, repeated or separated by commas; all channels without it'),
  events: words
    .pipe(z.array(z.enum(streamEventNames)).min(1))
    .default(['stats', 'gap', 'health'] satisfies StreamEventName[])
    .describe('which of stats, gap, health, message'),
});

/** Each costs a socket and some kilobytes. */
const MAX_CLIENTS = 5000;

/** `GET /api/stream`: server-sent events. */
export function streamRoutes({ hub }: Pick<ApiDeps, 'hub'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/stream',
      {
        // HEAD would hold a connection open that never says anything.
        exposeHeadRoute: false,
        schema: {
          operationId: 'stream',
          tags: ['stream'],
          summary: 'What happens, as server-sent events: stats, gap, health, message',
          querystring: streamQuery,
          produces: ['text/event-stream'],
        },
      },
      async (request, reply) => {
        if (hub.clients >= MAX_CLIENTS) {
          throw new ApiProblem('unavailable', `${MAX_CLIENTS} streams are open already.`, {
            retryAfterSeconds: 30,
          });
        }
        const { channel, events } = request.query;
        const lastEventId = request.headers['last-event-id'];
        // The headers that hooks have set (CORS, security) go along; from here on the response is ours.
        const headers = Object.entries(reply.getHeaders());
        reply.hijack();
        const response = reply.raw;
        for (const [name, value] of headers) if (value !== undefined) response.setHeader(name, value);
        response.writeHead(200, {
          'x-request-id': request.id,
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
        });
        request.raw.socket.setTimeout(0);
        request.raw.socket.setNoDelay(true);
        response.write('retry: 2000\n\n');
        const leave = hub.connect(
          response,
          { events: new Set(events), channels: channel === undefined ? undefined : new Set(channel) },
          typeof lastEventId === 'string' ? lastEventId : undefined,
        );
        response.once('close', leave);
        response.on('error', leave);
      },
    );
  };
}
