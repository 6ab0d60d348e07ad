/** @import { ChannelView, Health } from '../../../../contract/api.ts' */
/** @import { GapEvent } from '../../../../contract/ingest-event.ts' */
/** @import { ChatMessage } from '../../../../contract/chat-message.ts' */
/** @import { StreamEvent } from './event-parser.js' */

/**
 * @typedef {{ type: 'stats', view: ChannelView }
 *   | { type: 'health', health: Health }
 *   | { type: 'gap', gap: GapEvent }
 *   | { type: 'message', message: ChatMessage }} Decoded
 */

/**
 * A stream event as data; undefined for what this page does not know (an API may be newer). Page and API come from one
 * package, so shapes are trusted; only producers' liberties are evened out.
 * @param {StreamEvent} event
 * @returns {Decoded | undefined}
 */
export function decode({ event, data }) {
  const value = parse(data);
  if (value === undefined) return undefined;
  if (event === 'stats') return { type: 'stats', view: value };
  if (event === 'health') return { type: 'health', health: value };
  if (event === 'gap') return { type: 'gap', gap: value };
  if (event === 'message') return { type: 'message', message: completeMessage(value) };
  return undefined;
}

/**
 * Producers may leave out `channel_name` and `message_id`.
 * @param {Omit<ChatMessage, 'channel_name' | 'message_id'> & Partial<ChatMessage>} message
 * @returns {ChatMessage}
 */
export function completeMessage(message) {
  return {
    ...message,
    channel_name: message.channel_name ?? message.channel_id,
    message_id: message.message_id ?? `${message.user_id} ${message.timestamp} ${message.message}`,
    emotes: message.emotes ?? [],
  };
}

/** @param {string} data */
function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
