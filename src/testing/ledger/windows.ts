import type { ChannelStats } from '../../contract/channel-stats.ts';
import type { ChatMessage } from '../../contract/chat-message.ts';

/** What a window must say, by plain recounting. */
export interface ExpectedWindow {
  readonly channelId: string;
  readonly windowStart: number;
  readonly count: number;
  readonly uniqueChatters: number;
  readonly topEmotes: readonly { emote: string; count: number }[];
  readonly topChatters: readonly { user_id: string; count: number }[];
}

const TOP = 10;

/** Folds distinct messages into windows: the definition that the processor is held to. */
export function foldWindows(distinct: Iterable<ChatMessage>, windowSeconds: number): ExpectedWindow[] {
  const size = windowSeconds * 1000;
  const windows = new Map<string, ChatMessage[]>();
  for (const message of distinct) {
    const start = Math.floor(message.timestamp / size) * size;
    const key = windowKey(message.channel_id, start);
    const inside = windows.get(key);
    if (inside === undefined) windows.set(key, [message]);
    else inside.push(message);
  }
  return [...windows.values()].map((messages) => foldWindow(messages, size));
}

/** One text for a channel and window start. */
export function windowKey(channelId: string, windowStart: number): string {
  return `${channelId}@${windowStart}`;
}

/** The same fields out of what the pipeline published, for comparison. */
export function publishedWindow(stats: ChannelStats): ExpectedWindow {
  return {
    channelId: stats.channel_id,
    windowStart: stats.window_start,
    count: stats.message_count,
    uniqueChatters: stats.unique_chatters,
    topEmotes: stats.top_emotes,
    topChatters: stats.top_chatters.map(({ user_id, count }) => ({ user_id, count })),
  };
}

function foldWindow(messages: readonly ChatMessage[], size: number): ExpectedWindow {
  const [first] = messages;
  if (first === undefined) throw new RangeError('a window without messages');
  const chatters = tally(messages.map(({ user_id }) => user_id));
  const emotes = tally(messages.flatMap((message) => message.emotes));
  return {
    channelId: first.channel_id,
    windowStart: Math.floor(first.timestamp / size) * size,
    count: messages.length,
    uniqueChatters: chatters.size,
    topEmotes: top(emotes).map(([emote, count]) => ({ emote, count })),
    topChatters: top(chatters).map(([user_id, count]) => ({ user_id, count })),
  };
}

function tally(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Ties by name, so that two runs agree. */
function top(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, TOP);
}
