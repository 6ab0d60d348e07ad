import type { ArchivedMessage, ChatArchive } from '../cassandra/archive.ts';
import { type ChannelStats, windowStart } from '../contract/channel-stats.ts';
import { ApiProblem } from './problem.ts';

const PAGE = 5000;
const MAX_MESSAGES = 50_000;
const TOP = 10;

/**
 * Counts the newest window of a channel from its messages, for when the archive has those and no windows.
 * @throws ApiProblem unavailable when the window has more than 50 000 messages
 */
export async function countWindow(
  archive: Pick<ChatArchive, 'messages'>,
  channelId: string,
  windowSizeSeconds: number,
): Promise<ChannelStats | undefined> {
  const everything = { from: 0, to: Number.MAX_SAFE_INTEGER };
  const [newest] = await archive.messages({ channelId, range: everything, limit: 1 });
  if (newest === undefined) return undefined;
  const windowMs = windowSizeSeconds * 1000;
  const start = windowStart(newest.timestamp, windowMs);
  const messages = await readAll(archive, channelId, { from: start, to: start + windowMs });
  const chatters = tally(messages.map(({ user_id }) => user_id));
  const names = new Map(messages.map(({ user_id, username }) => [user_id, username]));
  return {
    channel_id: channelId,
    channel_name: channelId,
    message_count: messages.length,
    window_start: start,
    window_end: start + windowMs,
    window_duration_seconds: windowSizeSeconds,
    unique_chatters: chatters.size,
    top_emotes: highest(tally(messages.flatMap(({ emotes }) => emotes))).map(([emote, count]) => ({
      emote,
      count,
    })),
    top_chatters: highest(chatters).map(([user_id, count]) => ({
      user_id,
      username: names.get(user_id) ?? '',
      count,
    })),
    last_message_at: newest.timestamp,
    updated_at: newest.timestamp,
  };
}

async function readAll(
  archive: Pick<ChatArchive, 'messages'>,
  channelId: string,
  range: { from: number; to: number },
): Promise<ArchivedMessage[]> {
  const messages: ArchivedMessage[] = [];
  for (;;) {
    const page = await archive.messages({ channelId, range, limit: PAGE, after: messages.at(-1) });
    messages.push(...page);
    if (page.length < PAGE) return messages;
    if (messages.length >= MAX_MESSAGES) {
      throw new ApiProblem('unavailable', `More than ${MAX_MESSAGES} messages to count.`, {
        retryAfterSeconds: 60,
      });
    }
  }
}

function tally(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function highest(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, TOP);
}
