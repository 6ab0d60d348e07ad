import { z } from 'zod';
import { gapEventSchema } from './ingest-event.ts';

/** What the HTTP API answers and streams: docs/openapi.json is generated from here. Every time is epoch milliseconds. */

const time = z.number().int().nonnegative();
const count = z.number().int().nonnegative();

export const channelViewSchema = z
  .object({
    channel_id: z.string().describe('Twitch room-id; survives renames'),
    channel_name: z.string().describe('login, lower case'),
    message_count: count.describe('messages in the window'),
    current_window: z.object({
      start: time,
      end: time.describe('not included'),
      duration_seconds: count,
    }),
    last_updated: time.describe('when the processor last updated the count'),
    current: z.boolean().describe('whether the window contains now'),
    coverage: z.number().nullable().describe('share of the window that was heard, 0–1; null when unknown'),
    unique_chatters: count,
    top_emotes: z.array(z.object({ emote: z.string(), count: count })),
    top_chatters: z.array(z.object({ user_id: z.string(), username: z.string(), count: count })),
    last_message_at: time.nullable().describe('when the newest message was sent'),
    messages_per_second: z.number().describe('counted over the last 30 seconds'),
    stale: z.boolean().describe('Kafka is away or not read to its end: this is the last known'),
    source: z.enum(['cache', 'cassandra']).describe('the live topic, or the archive'),
  })
  .meta({ id: 'ChannelStats' });
export type ChannelView = z.infer<typeof channelViewSchema>;

/** Ranks move between two pages of channels, so one may be large: more channels than one pipeline reads. */
export const MAX_CHANNELS_OF_A_PAGE = 10_000;

export const channelListSchema = z
  .object({ channels: z.array(channelViewSchema), next_cursor: z.string().nullable() })
  .meta({ id: 'ChannelList' });
export type ChannelList = z.infer<typeof channelListSchema>;

export const healthSchema = z
  .object({
    status: z
      .enum(['healthy', 'degraded', 'unhealthy'])
      .describe('degraded: counts are served, the archive is away'),
    timestamp: time,
    services: z.object({
      kafka: z.enum(['connected', 'connecting', 'disconnected']),
      cache: z.enum(['ready', 'loading', 'stale']),
      cassandra: z.enum(['connected', 'disconnected']),
    }),
    details: z.object({
      kafka: z.object({ since: time, lag: count, reason: z.string().nullable() }),
      cache: z.object({ since: time, channels: count }),
      cassandra: z.object({ since: time, reason: z.string().nullable() }),
    }),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;

/** The data of the event `gap` is what the ingestor told. */
export const gapSchema = gapEventSchema.meta({ id: 'Gap' });

export const problemSchema = z
  .object({
    type: z.string().describe('stable: name the error by it'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    instance: z.string(),
    request_id: z.string(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });
export type Problem = z.infer<typeof problemSchema>;

export const windowHistorySchema = z
  .object({
    channel_id: z.string(),
    channel_name: z.string(),
    windows: z.array(
      channelViewSchema
        .pick({
          message_count: true,
          coverage: true,
          unique_chatters: true,
          top_emotes: true,
          top_chatters: true,
          last_message_at: true,
          last_updated: true,
        })
        .extend({ window: channelViewSchema.shape.current_window })
        .meta({ id: 'WindowStats' }),
    ),
    next_cursor: z.string().nullable().describe('null when there are no older ones'),
  })
  .meta({ id: 'WindowHistory' });
export type WindowHistory = z.infer<typeof windowHistorySchema>;

export const messagePageSchema = z
  .object({
    messages: z.array(
      z
        .object({
          channel_id: z.string(),
          message_id: z.string(),
          user_id: z.string(),
          username: z.string(),
          message: z.string().describe('as it was written: text, never markup'),
          timestamp: time,
          emotes: z.array(z.string()).describe('one entry an occurrence, in order'),
        })
        .meta({ id: 'ArchivedMessage' }),
    ),
    next_cursor: z.string().nullable().describe('null when there are no older ones'),
  })
  .meta({ id: 'MessagePage' });
export type MessagePage = z.infer<typeof messagePageSchema>;

/** The events of `GET /api/stream`. */
export const streamEventNames = ['stats', 'gap', 'health', 'message'] as const;
export type StreamEventName = (typeof streamEventNames)[number];
