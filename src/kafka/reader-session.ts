import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from '../output/logger.ts';
import { createKafka, type KafkaSettings } from './client.ts';
import type { ReaderProgress, ReaderState } from './reader-progress.ts';

export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | undefined;
  readonly value: Buffer | undefined;
  /** Append time where the topic says so, as all of ours do. */
  readonly timestamp: number;
}

export interface TopicStart {
  readonly topic: string;
  /** `beginning`, `end` (what is written from now on), or an append time in epoch milliseconds. */
  readonly from: 'beginning' | 'end' | number;
}

export interface TopicReaderOptions {
  readonly clientId: string;
  /** The reader's own consumer group: nothing is committed, so the broker forgets it when the reader is gone. */
  readonly groupId: string;
  readonly topics: readonly TopicStart[];
  /** Committed records of one partition in order; the next ones wait until it is done. */
  readonly onRecords: (records: readonly TopicRecord[]) => void | Promise<void>;
  readonly onState?: (state: ReaderState) => void;
  readonly logger?: Logger;
  readonly signal: AbortSignal;
}

/**
 * One life of a consumer: connects, joins, reads until `signal` is aborted (returns) or Kafka is lost (throws).
 * It begins where `progress` stands.
 */
export async function runReaderSession(
  settings: KafkaSettings,
  options: TopicReaderOptions,
  progress: ReaderProgress,
  onJoined: () => void,
): Promise<void> {
  const { signal } = options;
  const kafka = createKafka(settings, {
    clientId: options.clientId,
    // While Kafka is away kafkajs says so at every try; we say it once.
    ...(options.logger?.isLevelEnabled('debug') ? { logger: options.logger } : {}),
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1000 },
  });
  await findPositions(kafka, options.topics, progress);
  if (signal.aborted) return;
  const consumer = kafka.consumer({
    groupId: options.groupId,
    allowAutoTopicCreation: false,
    heartbeatInterval: 1000,
    sessionTimeout: 10_000,
    rebalanceTimeout: 5000,
    maxWaitTimeInMs: 500,
    // A session that fails is ours to follow with another one.
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1000, restartOnFailure: async () => false },
  });
  const crash = crashOf(consumer);
  followProgress(consumer, progress, onJoined);
  const aborted = abortOf(signal);
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: options.topics.map(({ topic }) => topic), fromBeginning: true });
    await consumer.run({ autoCommit: false, eachBatch: (payload) => handOn(payload, options, progress) });
    await Promise.race([crash, aborted.promise]);
  } finally {
    aborted.dispose();
    await consumer.disconnect().catch(() => undefined);
  }
}

type HandedBatch = Pick<
  EachBatchPayload['batch'],
  'topic' | 'partition' | 'messages' | 'highWatermark' | 'lastOffset'
>;

/** A batch that holds something; without that `END_BATCH_PROCESS` alone tells of it. */
export async function handOn(
  {
    batch,
    heartbeat,
    isRunning,
    isStale,
  }: Pick<EachBatchPayload, 'heartbeat' | 'isRunning' | 'isStale'> & { batch: HandedBatch },
  { onRecords }: Pick<TopicReaderOptions, 'onRecords'>,
  progress: ReaderProgress,
): Promise<void> {
  // It is read again, from the position reached.
  if (!isRunning() || isStale()) return;
  const { topic, partition } = batch;
  const reached = progress.position(topic, partition) ?? 0;
  // An end below what was read: the topic was deleted and created again.
  const position = reached > Number(batch.highWatermark) ? 0 : reached;
  const records: TopicRecord[] = [];
  for (const { offset, key, value, timestamp } of batch.messages) {
    if (Number(offset) < position) continue;
    records.push({
      topic,
      partition,
      offset: Number(offset),
      key: key?.toString(),
      value: value ?? undefined,
      timestamp: Number(timestamp),
    });
  }
  if (records.length > 0) await onRecords(records);
  progress.advance(topic, partition, Number(batch.lastOffset()) + 1, Number(batch.highWatermark));
  await heartbeat();
}

/** Where partitions begin and end now, so that a start is exact however often the consumer joins again. */
async function findPositions(
  kafka: Kafka,
  topics: readonly TopicStart[],
  progress: ReaderProgress,
): Promise<void> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    for (const { topic, from } of topics) {
      const starts = await startOffsets(admin, topic, from);
      for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
        const lowest = Number(low);
        const asked = from === 'end' ? Number(high) : (starts.get(partition) ?? lowest);
        progress.begin(topic, partition, Math.max(asked, lowest), Number(high));
      }
    }
  } finally {
    await admin.disconnect();
  }
}

async function startOffsets(
  admin: Admin,
  topic: string,
  from: TopicStart['from'],
): Promise<Map<number, number>> {
  if (typeof from !== 'number') return new Map();
  const entries = await admin.fetchTopicOffsetsByTimestamp(topic, from);
  return new Map(entries.map(({ partition, offset }) => [partition, Number(offset)]));
}

function followProgress(consumer: Consumer, progress: ReaderProgress, onJoined: () => void): void {
  let joined = false;
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    for (const [topic, partitions] of Object.entries(payload.memberAssignment)) {
      for (const partition of partitions) {
        const position = progress.position(topic, partition);
        if (position !== undefined) consumer.seek({ topic, partition, offset: String(position) });
      }
    }
    joined = true;
    onJoined();
  });
  // Batches without data (control records, aborted transactions) are not handed on, and the position passes them.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    const { topic, partition, batchSize, lastOffset, highWatermark } = payload;
    if (batchSize > 0) return;
    progress.advance(topic, partition, Number(lastOffset) + 1, Number(highWatermark));
  });
  consumer.on(consumer.events.REQUEST, ({ payload }) => {
    if (joined && payload.apiName === 'Fetch') progress.answered();
  });
}

/** Rejects when the consumer dies of an error. */
function crashOf(consumer: Consumer): Promise<never> {
  const crash = new Promise<never>((_, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  });
  // It may come while nobody waits, such as during the join.
  crash.catch(() => undefined);
  return crash;
}

function abortOf(signal: AbortSignal): { promise: Promise<void>; dispose: () => void } {
  let dispose = () => {};
  const promise = new Promise<void>((resolve) => {
    if (signal.aborted) return resolve();
    const listener = () => resolve();
    signal.addEventListener('abort', listener, { once: true });
    dispose = () => signal.removeEventListener('abort', listener);
  });
  return { promise, dispose };
}
