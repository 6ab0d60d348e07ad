import { randomUUID } from 'node:crypto';
import type { ChatMessage } from '../contract/chat-message.ts';
import type { OptOut } from '../contract/opt-out.ts';
import type { Logger } from '../output/logger.ts';
import { decodeOptOut, type OptOutSettings } from './opt-outs.ts';
import { readTopics } from './topic-reader.ts';

export interface OptOutList {
  /** Whether the author has opted out of the message's channel. */
  has(message: Pick<ChatMessage, 'user_id' | 'channel_id'>): boolean;
  /** Resolves when everything is closed, after the signal was aborted. */
  readonly done: Promise<void>;
}

/** Keeps the opt-outs of the topic in memory, and keeps up with new ones, until the signal is aborted. */
export function followOptOuts(
  settings: OptOutSettings,
  { signal, logger }: { readonly signal: AbortSignal; readonly logger?: Logger },
): OptOutList {
  const byUser = new Map<string, OptOut>();
  const { done } = readTopics(settings, {
    clientId: `${settings.KAFKA_CLIENT_ID}-opt-outs`,
    groupId: `${settings.KAFKA_CLIENT_ID}-opt-outs-${randomUUID()}`,
    topics: [{ topic: settings.KAFKA_TOPIC_OPT_OUTS, from: 'beginning' }],
    onRecords: (records) => {
      for (const { key = '', value } of records) {
        if (value === undefined) byUser.delete(key);
        else byUser.set(key, decodeOptOut(key, value));
      }
    },
    signal,
    ...(logger === undefined ? {} : { logger }),
  });
  return {
    has({ user_id, channel_id }) {
      const optOut = byUser.get(user_id);
      return optOut !== undefined && (optOut.channel_id === null || optOut.channel_id === channel_id);
    },
    done,
  };
}
