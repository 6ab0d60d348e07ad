import {
  type ChannelView,
  channelViewSchema,
  gapSchema,
  type Health,
  healthSchema,
  type WindowHistory,
} from '../../contract/api.ts';
import { type ChatMessage, chatMessageSchema } from '../../contract/chat-message.ts';
import { parseJson } from '../../contract/json-text.ts';
import type { DashboardEvent, PipelineHealth } from './dashboard-event.ts';
import type { WindowCounts } from './window-counts.ts';

/** As it is in Kafka: other producers may leave out `channel_name` and `message_id`. */
const messageSchema = chatMessageSchema.transform(
  (message): ChatMessage => ({
    ...message,
    channel_name: message.channel_name ?? message.channel_id,
    message_id: message.message_id ?? '',
  }),
);

/** An event of the API's stream as the model takes it; undefined for what it does not know or cannot read. */
export function decodeEvent(
  { event, data }: { event: string; data: string },
  at: number,
): DashboardEvent | undefined {
  const value = parseJson(data);
  if (event === 'stats') {
    const { success, data: view } = channelViewSchema.safeParse(value);
    return success ? { type: 'stats', at, window: windowOf(view) } : undefined;
  }
  if (event === 'health') {
    const { success, data: health } = healthSchema.safeParse(value);
    return success ? { type: 'health', at, health: healthOf(health) } : undefined;
  }
  if (event === 'gap') {
    const { success, data: gap } = gapSchema.safeParse(value);
    if (!success) return undefined;
    return {
      type: 'gap',
      at,
      gap: { channelName: gap.channel_name, from: gap.from, to: gap.to, reason: gap.reason },
    };
  }
  if (event === 'message') {
    const { success, data: message } = messageSchema.safeParse(value);
    return success ? { type: 'message', at, message } : undefined;
  }
  return undefined;
}

export function windowOf(view: ChannelView): WindowCounts {
  return {
    channelId: view.channel_id,
    channelName: view.channel_name,
    count: view.message_count,
    start: view.current_window.start,
    end: view.current_window.end,
    uniqueChatters: view.unique_chatters,
    topEmotes: view.top_emotes.map(({ emote, count }) => ({ name: emote, count })),
    topChatters: view.top_chatters.map(({ username, count }) => ({ name: username, count })),
    coverage: view.coverage ?? undefined,
    updatedAt: view.last_updated,
    apiRate: view.messages_per_second,
    isStale: view.stale,
  };
}

export function pastWindowsOf({ channel_id, channel_name, windows }: WindowHistory): WindowCounts[] {
  return windows.map(({ window, ...counts }) =>
    windowOf({
      ...counts,
      channel_id,
      channel_name,
      current_window: window,
      current: false,
      messages_per_second: 0,
      stale: false,
      source: 'cassandra',
    }),
  );
}

export function healthOf({ status, services, details }: Health): PipelineHealth {
  return {
    status,
    parts: Object.entries(services).map(([name, state]) => ({ name, state })),
    lag: details.kafka.lag,
  };
}
