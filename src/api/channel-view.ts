import type { ChannelView } from '../contract/api.ts';
import type { ChannelStats } from '../contract/channel-stats.ts';

interface Circumstances {
  readonly now: number;
  readonly rate: number;
  readonly stale: boolean;
  readonly source: ChannelView['source'];
}

/** A window's stats as the API answers them. */
export function viewOf(stats: ChannelStats, { now, rate, stale, source }: Circumstances): ChannelView {
  return {
    channel_id: stats.channel_id,
    channel_name: stats.channel_name,
    message_count: stats.message_count,
    current_window: {
      start: stats.window_start,
      end: stats.window_end,
      duration_seconds: stats.window_duration_seconds,
    },
    last_updated: stats.updated_at,
    current: stats.window_start <= now && now < stats.window_end,
    coverage: stats.coverage ?? null,
    unique_chatters: stats.unique_chatters,
    top_emotes: stats.top_emotes,
    top_chatters: stats.top_chatters,
    last_message_at: stats.last_message_at > 0 ? stats.last_message_at : null,
    messages_per_second: rate,
    stale,
    source,
  };
}
