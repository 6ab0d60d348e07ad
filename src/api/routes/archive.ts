import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ArchivedMessage } from '../../cassandra/archive.ts';
import {
  messagePageSchema,
  problemSchema,
  type WindowHistory,
  windowHistorySchema,
} from '../../contract/api.ts';
import type { ChannelStats } from '../../contract/channel-stats.ts';
import { MAX_NAME } from '../../contract/chat-message.ts';
import type { ApiDeps } from '../api-instance.ts';
import { decodeMessageCursor, decodeWindowCursor, encodeCursor } from '../cursor.ts';
import { ApiProblem } from '../problem.ts';
import { wholeNumber } from '../whole-number.ts';
import { channelParams } from './stats.ts';

const MAX_LIMIT = 1000;
const time = wholeNumber({ min: 0, max: Number.MAX_SAFE_INTEGER });

const rangeQuery = z.object({
  from: time.prefault(0).describe('epoch milliseconds, included'),
  to: time.prefault(Number.MAX_SAFE_INTEGER).describe('epoch milliseconds, not included'),
  limit: wholeNumber({ min: 1, max: MAX_LIMIT }).prefault(100),
  cursor: z.string().min(1).max(200).optional().describe('`next_cursor` of the page before'),
});

const responses = { 400: problemSchema, 404: problemSchema, 503: problemSchema };

/** What the archive holds, newest first, in half-open ranges, page by page. */
export function archiveRoutes({
  archive,
  cache,
  lookup,
}: Pick<ApiDeps, 'archive' | 'cache' | 'lookup'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/channels/:channelId/stats/history',
      {
        schema: {
          operationId: 'getChannelHistory',
          tags: ['archive'],
          summary: 'The windows of a channel that start in the range, newest first',
          params: channelParams,
          querystring: rangeQuery,
          response: { 200: windowHistorySchema, ...responses },
        },
      },
      async (request): Promise<WindowHistory> => {
        const { cursor, limit, ...range } = checkedRange(request.query);
        const before = cursor === undefined ? undefined : decodeWindowCursor(cursor);
        const channelId = await lookup.id(request.params.channelId);
        const windows = await archive.read((chat) =>
          chat.windows(channelId, { range, limit: limit + 1, before }),
        );
        const page = windows.slice(0, limit);
        const last = page.at(-1);
        return {
          channel_id: channelId,
          channel_name: page[0]?.channel_name ?? cache.nameOf(channelId) ?? channelId,
          windows: page.map(historyWindow),
          next_cursor:
            windows.length > limit && last !== undefined ? encodeCursor([last.window_start]) : null,
        };
      },
    );

    app.get(
      '/channels/:channelId/messages',
      {
        schema: {
          operationId: 'listMessages',
          tags: ['archive'],
          summary: 'The messages of a channel, newest first',
          params: channelParams,
          querystring: rangeQuery,
          response: { 200: messagePageSchema, ...responses },
        },
      },
      async (request) => {
        const { cursor, limit, ...range } = checkedRange(request.query);
        const after = cursor === undefined ? undefined : decodeMessageCursor(cursor);
        const channelId = await lookup.id(request.params.channelId);
        return messagePage(
          await archive.read((chat) => chat.messages({ channelId, range, limit: limit + 1, after })),
          limit,
        );
      },
    );

    app.get(
      '/channels/:channelId/users/:userId/messages',
      {
        schema: {
          operationId: 'listUserMessages',
          tags: ['archive'],
          summary: 'The messages of one user in a channel, newest first; empty when there are none',
          params: channelParams.extend({
            userId: z.string().min(1).max(MAX_NAME).describe('Twitch user-id'),
          }),
          querystring: rangeQuery,
          response: { 200: messagePageSchema, ...responses },
        },
      },
      async (request) => {
        const { cursor, limit, ...range } = checkedRange(request.query);
        const after = cursor === undefined ? undefined : decodeMessageCursor(cursor);
        const { userId } = request.params;
        const channelId = await lookup.id(request.params.channelId);
        return messagePage(
          await archive.read((chat) => chat.messages({ channelId, userId, range, limit: limit + 1, after })),
          limit,
        );
      },
    );
  };
}

function checkedRange(query: z.infer<typeof rangeQuery>): z.infer<typeof rangeQuery> {
  if (query.from > query.to) throw new ApiProblem('bad-request', 'from is after to');
  return query;
}

/** One row more than asked for was read: it says whether there is a next page. */
function messagePage(rows: readonly ArchivedMessage[], limit: number) {
  const messages = rows.slice(0, limit);
  const last = messages.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { messages, next_cursor: more ? encodeCursor([last.timestamp, last.message_id]) : null };
}

function historyWindow(stats: ChannelStats): WindowHistory['windows'][number] {
  return {
    message_count: stats.message_count,
    window: {
      start: stats.window_start,
      end: stats.window_end,
      duration_seconds: stats.window_duration_seconds,
    },
    coverage: stats.coverage ?? null,
    unique_chatters: stats.unique_chatters,
    top_emotes: stats.top_emotes,
    top_chatters: stats.top_chatters,
    last_message_at: stats.last_message_at > 0 ? stats.last_message_at : null,
    last_updated: stats.updated_at,
  };
}
