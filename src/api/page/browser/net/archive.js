import { completeMessage } from './decode.js';

/** @import { MessagePage, WindowHistory } from '../../../../contract/api.ts' */
/** @import { ChatMessage } from '../../../../contract/chat-message.ts' */
/** @import { PastWindow } from '../model/history.js' */
/** @import { Api } from './api.js' */

/**
 * Past windows of a channel, newest first.
 * @param {Api} api @param {string} channelId @param {number} limit @param {AbortSignal} signal
 * @returns {Promise<PastWindow[]>}
 * @throws ApiFailure
 */
export async function fetchWindows(api, channelId, limit, signal) {
  const path = `channels/${encodeURIComponent(channelId)}/stats/history?limit=${limit}`;
  /** @type {WindowHistory} */
  const { windows } = await api.getJson(path, signal);
  return windows.map(({ window: { start, end }, message_count: count, coverage }) => ({
    start,
    end,
    count,
    coverage,
  }));
}

/**
 * The newest messages of a channel, or of one user in it, newest first.
 * @param {Api} api @param {{ channelId: string, userId?: string, limit: number }} what @param {AbortSignal} signal
 * @returns {Promise<ChatMessage[]>}
 * @throws ApiFailure
 */
export async function fetchMessages(api, { channelId, userId, limit }, signal) {
  const user = userId === undefined ? '' : `/users/${encodeURIComponent(userId)}`;
  const path = `channels/${encodeURIComponent(channelId)}${user}/messages?limit=${limit}`;
  /** @type {MessagePage} */
  const { messages } = await api.getJson(path, signal);
  return messages.map(completeMessage);
}
