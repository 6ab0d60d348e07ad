import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatMessage } from '../contract/chat-message.ts';
import { AppError } from '../contract/errors.ts';
import type { OptOut } from '../contract/opt-out.ts';
import type { Logger } from '../output/logger.ts';
import { decodeOptOut, holdsFor, type OptOutSettings } from './opt-outs.ts';
import type { TopicRecord } from './reader-session.ts';
import { readTopics } from './topic-reader.ts';
import { wholeTopic } from './whole-topic.ts';

export interface OptOutList {
  /** False while nobody has opted out, or none is known yet. */
  readonly hasAny: boolean;
  /** Whether the author has opted out of the message's channel. */
  has(message: Pick<ChatMessage, 'user_id' | 'channel_id'>): boolean;
  /**
   * Resolves when all is known that the topic holds; keeps up with what comes from then on, until the signal is aborted.
   * A cluster without the topic has nobody who opted out. After a failure it can be called again.
   * @throws AppError KAFKA_UNREACHABLE
   */
  load(): Promise<void>;
  /** Resolves when everything is closed, after the signal was aborted. */
  closed(): Promise<void>;
}

/** The opt-outs of the topic in memory. A topic that is missing is looked for every `lookAgainMs`, 30 s by default. */
export function followOptOuts(
  settings: OptOutSettings,
  {
    signal,
    logger,
    lookAgainMs = 30_000,
  }: { readonly signal: AbortSignal; readonly logger?: Logger; readonly lookAgainMs?: number },
): OptOutList {
  const topic = settings.KAFKA_TOPIC_OPT_OUTS;
  const clientId = `${settings.KAFKA_CLIENT_ID}-opt-outs`;
  const byUser = new Map<string, OptOut>();
  /** Up to where each partition was loaded, until the follower, which begins anew, has come so far. */
  const loadedUntil = new Map<number, number>();
  let loading: Promise<void> | undefined;
  /** The topic, when it was last looked for. */
  let isMissing = false;
  let following: Promise<void> = Promise.resolve();

  const apply = (userId: string, value: Buffer | undefined) => {
    if (value === undefined) byUser.delete(userId);
    else byUser.set(userId, decodeOptOut(userId, value));
  };

  // A topic that was restored begins anew, and all of it is news to who had come to the end of the one before.
  const follow = ({ partition, offset, key = '', value }: TopicRecord) => {
    const until = loadedUntil.get(partition) ?? 0;
    if (offset + 1 >= until) loadedUntil.delete(partition);
    if (offset >= until) apply(key, value);
  };

  const read = async () => {
    try {
      for await (const { partition, offset, key, value } of wholeTopic(
        settings,
        { topic, clientId },
        signal,
      )) {
        apply(key?.toString() ?? '', value ?? undefined);
        loadedUntil.set(partition, offset + 1);
      }
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'KAFKA_TOPIC_MISSING')) throw error;
      if (!isMissing) logger?.warn({ topic }, 'without this topic nobody can opt out');
      isMissing = true;
      return;
    }
    isMissing = false;
    const reader = readTopics(settings, {
      clientId,
      groupId: `${clientId}-${randomUUID()}`,
      topics: [{ topic, from: 'beginning' }],
      onRecords: (records) => records.forEach(follow),
      signal,
      ...(logger === undefined ? {} : { logger }),
    });
    following = reader.done;
  };

  const load = (): Promise<void> => {
    loading ??= read()
      .then(() => {
        if (isMissing) void lookAgainLater();
      })
      .catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
    return loading;
  };

  /** `bootstrap` may come after us. */
  const lookAgainLater = async (): Promise<void> => {
    await sleep(lookAgainMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted || !isMissing) return;
    loading = undefined;
    load().catch(lookAgainLater);
  };

  return {
    get hasAny() {
      return byUser.size > 0;
    },
    has: (message) => holdsFor(byUser.get(message.user_id), message),
    load,
    closed: () => following,
  };
}
