import { type ChannelStats, windowStart } from '../contract/channel-stats.ts';
import type { ChatMessage } from '../contract/chat-message.ts';

const WINDOW_MS = 600_000;
const start = windowStart(Date.now(), WINDOW_MS);

/** Chat that wants to be more than text. */
export const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "'-alert(1)-' javascript:alert(1)",
  '{{constructor.constructor("alert(1)")()}}',
  '<div style="position:fixed;inset:0">over everything</div>',
  'left\u202etfel ot thgir\u2066\u2069',
  `zero${'\u200b'.repeat(450)}width`,
  `Z${'\u0351\u0334\u0321'.repeat(150)}algo`,
  'W'.repeat(500),
  '﷽'.repeat(200),
  '\u0000\u0007\u001b]0;title\u0007',
  '__proto__',
] as const;

/** Top lists full of it. */
export const hostileLists = {
  top_chatters: hostile.map((username, index) => ({ user_id: String(index), username, count: 100 - index })),
  top_emotes: hostile.map((emote, index) => ({ emote, count: 100 - index })),
};

/** The running window of a channel whose id is `id-NAME`. */
export function stats(name: string, count: number, changes: Partial<ChannelStats> = {}): ChannelStats {
  return {
    channel_id: `id-${name}`,
    channel_name: name,
    message_count: count,
    window_start: start,
    window_end: start + WINDOW_MS,
    window_duration_seconds: WINDOW_MS / 1000,
    unique_chatters: 3,
    top_emotes: [{ emote: 'Kappa', count: 4 }],
    top_chatters: [{ user_id: 'u1', username: 'some_viewer', count: 2 }],
    coverage: 1,
    last_message_at: Date.now(),
    updated_at: Date.now(),
    ...changes,
  };
}

/** The window that lies so many back. */
export function pastWindow(name: string, back: number, count: number): ChannelStats {
  const pastStart = start - back * WINDOW_MS;
  return stats(name, count, { window_start: pastStart, window_end: pastStart + WINDOW_MS });
}

let messages = 0;

export function message(channel: string, words: string, changes: Partial<ChatMessage> = {}): ChatMessage {
  messages += 1;
  return {
    channel_id: `id-${channel}`,
    channel_name: channel,
    message_id: `m-${messages}`,
    user_id: 'u1',
    username: 'some_viewer',
    message: words,
    timestamp: Date.now(),
    emotes: [],
    ...changes,
  };
}
