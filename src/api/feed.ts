import { randomUUID } from 'node:crypto';
import type { Settings } from '../config/settings.ts';
import { decodeGap } from '../contract/ingest-event.ts';
import { decodeChatRecord } from '../kafka/chat-record.ts';
import type { ReaderState } from '../kafka/reader-progress.ts';
import type { TopicRecord } from '../kafka/reader-session.ts';
import { readTopics } from '../kafka/topic-reader.ts';
import type { Logger } from '../output/logger.ts';
import type { EventHub } from './event-hub.ts';
import { inSlices } from './in-slices.ts';
import { RATE_WINDOW_MS } from './rate-meter.ts';
import type { StatsCache } from './stats-cache.ts';
import { withoutSuperseded } from './superseded.ts';

export interface FeedOptions {
  readonly cache: StatsCache;
  readonly hub: EventHub;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly onState: (state: ReaderState) => void;
}

export interface Feed {
  state(): ReaderState;
  /** Resolves when all consumers are gone, after the signal was aborted. */
  done(): Promise<void>;
}

/** Gaps this old are still told to a stream that comes back. */
const GAPS_SINCE_MS = 3_600_000;
/** Chat is read on for a while when nobody listens any more: a page that reloads need not wait for a join. */
const LINGER_MS = 10_000;

/** What flows from Kafka into the API: stats and gaps always, chat messages only while a stream asks for them. */
export function startFeed(settings: Settings, { cache, hub, logger, signal, onState }: FeedOptions): Feed {
  // Every instance needs all partitions, so a group of its own; nothing is committed, so none is left behind.
  const groupId = `${settings.KAFKA_GROUP_ID}-${randomUUID().slice(0, 8)}`;
  const { KAFKA_TOPIC_STATS: statsTopic, KAFKA_TOPIC_INGEST_EVENTS: eventsTopic } = settings;
  const main = readTopics(settings, {
    clientId: `${settings.KAFKA_CLIENT_ID}-api`,
    groupId,
    topics: [
      { topic: statsTopic, from: 'beginning' },
      { topic: eventsTopic, from: Date.now() - GAPS_SINCE_MS },
    ],
    onRecords: (records) =>
      records[0]?.topic === eventsTopic
        ? inSlices(records, takeGap)
        : inSlices(withoutSuperseded(records, Date.now() - RATE_WINDOW_MS), takeStats),
    onState,
    logger,
    signal,
  });

  const takeStats = ({ key, value, timestamp, partition, offset }: TopicRecord) => {
    if (!cache.apply(key, value, timestamp)) {
      logger.warn({ topic: statsTopic, partition, offset }, 'a record is no ChannelStats: skipped');
    }
  };
  const takeGap = ({ value }: TopicRecord) => {
    const gap = value && decodeGap(value);
    if (gap !== undefined) hub.publishGap(gap);
  };

  const messages = followMessages(settings, hub, { groupId: `${groupId}-chat`, logger, signal });
  return {
    state: () => main.state(),
    done: async () => {
      await Promise.all([main.done, messages.done()]);
    },
  };
}

function followMessages(
  settings: Settings,
  hub: EventHub,
  { groupId, logger, signal }: { groupId: string; logger: Logger; signal: AbortSignal },
): { done(): Promise<void> } {
  let running: { stop: AbortController; done: Promise<void> } | undefined;
  let lingering: NodeJS.Timeout | undefined;
  hub.onMessagesWanted((wanted) => {
    clearTimeout(lingering);
    if (!wanted) {
      lingering = setTimeout(() => {
        running?.stop.abort();
        running = undefined;
      }, LINGER_MS).unref();
      return;
    }
    if (running !== undefined || signal.aborted) return;
    const stop = new AbortController();
    const { done } = readTopics(settings, {
      clientId: `${settings.KAFKA_CLIENT_ID}-api-chat`,
      groupId,
      topics: [{ topic: settings.KAFKA_TOPIC_CHAT_MESSAGES, from: 'end' }],
      onRecords: (records) =>
        inSlices(records, ({ key, value = null, ...place }) => {
          const record = { ...place, key: key === undefined ? null : Buffer.from(key), value };
          const message = decodeChatRecord(place.topic, record);
          if (message !== undefined) hub.publishMessage(message);
        }),
      logger,
      signal: AbortSignal.any([signal, stop.signal]),
    });
    running = { stop, done };
  });
  return { done: async () => running?.done };
}
