import { z } from 'zod';

/** What the HTTP API answers and streams: docs/openapi.json is generated from here. Every time is epoch milliseconds. */

const time = z.number().int();

export const channelViewSchema = z
  .object({
    channel_id: z.string().describe('Twitch room-id; survives renames'),
    channel_name: z.string().describe('login, lower case'),
    message_count: z.number().int().describe('messages in the window'),
    current_window: z.object({
      start: time,
      end: time.describe('not included'),
      duration_seconds: z.number().int(),
    }),
    last_updated: time.describe('when the processor last updated the count'),
    current: z.boolean().describe('whether the window contains now'),
    coverage: z.number().nullable().describe('share of the window that was heard, 0–1; null when unknown'),
    unique_chatters: z.number().int(),
    top_emotes: z.array(z.object({ emote: z.string(), count: z.number().int() })),
    top_chatters: z.array(z.object({ user_id: z.string(), username: z.string(), count: z.number().int() })),
    last_message_at: time.nullable().describe('when the newest message was sent'),
    messages_per_second: z.number().describe('counted over the last 30 seconds'),
    stale: z.boolean().describe('Kafka is away or not read to its end: this is the last known'),
    source: z.enum(['cache', 'cassandra']).describe('the live topic, or the archive'),
  })
  .meta({ id: 'ChannelStats' });
export type ChannelView = z.infer<typeof channelViewSchema>;

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
      kafka: z.object({ since: time, lag: z.number().int(), reason: z.string().nullable() }),
      cache: z.object({ since: time, channels: z.number().int() }),
      cassandra: z.object({ since: time, reason: z.string().nullable() }),
    }),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;

/** Also the value of a gap event on `twitch-ingest-events`. */
export const gapEventSchema = z
  .object({
    type: z.literal('gap'),
    channel_id: z.string().nullable().default(null),
    channel_name: z.string(),
    from: time,
    to: time,
    reason: z.string(),
  })
  .meta({ id: 'Gap' });
export type GapEvent = z.infer<typeof gapEventSchema>;

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

/** The events of `GET /api/stream`. */
export const streamEventNames = ['stats', 'gap', 'health', 'message'] as const;
export type StreamEventName = (typeof streamEventNames)[number];
