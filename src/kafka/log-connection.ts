import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaMessage, logCreator } from 'kafkajs';
import Cluster, { type Broker, type FetchedPartition } from 'kafkajs/src/cluster/index.js';
import Batch from 'kafkajs/src/consumer/batch.js';
import loggers from 'kafkajs/src/loggers/index.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import { beforeAborted } from '../contract/abort.ts';
import { oneByOne } from '../contract/one-by-one.ts';
import { type KafkaSettings, kafkaConfig, toKafkaError, withKafkaErrors } from './client.ts';

export interface LogRecord {
  readonly partition: number;
  readonly offset: number;
  /** Epoch milliseconds: append time on all of our topics. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: KafkaMessage['headers'];
}

/** Offsets by partition. */
export type Positions = ReadonlyMap<number, number>;

export interface Fetched {
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** Where to fetch next. The same as before when the broker had nothing. */
  readonly next: number;
}

export interface LogOptions {
  readonly topic: string;
  readonly clientId: string;
  /** Leave out records of open and aborted transactions. Default false. */
  readonly committedOnly?: boolean;
}

/** One topic, read by offset: no consumer group, so nothing to join, to keep alive or to leave behind. */
export interface LogConnection {
  readonly partitions: readonly number[];
  /** The first offset at or behind an append time (epoch ms), the oldest, or the one that is written next. */
  offsets(at: number | 'beginning' | 'end'): Promise<Positions>;
  /**
   * What lies at `positions`, at most 1 MiB a partition; waits up to `maxWaitMs` for something. One call after the other.
   */
  fetch(positions: Positions, maxWaitMs: number): Promise<Fetched[]>;
  close(): Promise<void>;
}

const CONSUMER = -1;
const timestampOf = { beginning: -2, end: -1 } as const;
const MAX_BYTES = 16 * 1024 * 1024;
const MAX_PARTITION_BYTES = 1024 * 1024;
const RETRIES = 8;

/**
 * Connects and finds the topic's partitions. Requests that fail (a broker away, a leader that moved) are tried again
 * for about 20 s; a position that retention has passed goes on at the oldest record.
 * @throws AppError KAFKA_UNREACHABLE, KAFKA_TOPIC_MISSING; the signal's reason while it connects
 */
export async function openLog(
  settings: KafkaSettings,
  options: LogOptions,
  signal: AbortSignal,
): Promise<LogConnection> {
  const { topic } = options;
  const cluster = createCluster(settings, options);
  const connected = withKafkaErrors(settings, async () => {
    try {
      await cluster.connect();
      await cluster.addTargetTopic(topic);
    } catch (error) {
      await cluster.disconnect();
      throw error;
    }
    // Nobody waits any more.
    if (signal.aborted) await cluster.disconnect();
  });
  await beforeAborted(connected, signal);
  const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
  const isolationLevel = options.committedOnly ? 1 : 0;

  let closed = false;
  const tenacious = async <T>(request: () => Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await request();
      } catch (error) {
        if (attempt === RETRIES || signal.aborted || closed) throw toKafkaError(error, settings);
        await sleep(Math.min(100 * 2 ** attempt, 4000), undefined, { signal }).catch(() => undefined);
        await cluster.refreshMetadata().catch(() => undefined);
      }
    }
  };

  const offsets = async (at: number | 'beginning' | 'end'): Promise<Positions> => {
    const timestamp = typeof at === 'number' ? at : timestampOf[at];
    const found = await tenacious(() =>
      atLeaders(cluster, topic, partitions, async (broker, led) => {
        const request = led.map((partition) => ({ partition, timestamp }));
        const { responses } = await broker.listOffsets({
          replicaId: CONSUMER,
          isolationLevel,
          topics: [{ topic, partitions: request }],
        });
        return responses.flatMap(({ partitions }) => partitions);
      }),
    );
    const positions = new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
    // -1 says that no record is as young as that: the next one will be.
    if (![...positions.values()].includes(-1)) return positions;
    const end = await offsets('end');
    return new Map(
      [...positions].map(([partition, offset]) => [
        partition,
        offset === -1 ? (end.get(partition) ?? 0) : offset,
      ]),
    );
  };

  const fetchOnce = (positions: Positions, maxWaitTime: number) =>
    atLeaders(cluster, topic, [...positions.keys()], async (broker, led) => {
      const maxBytes = Math.min(MAX_PARTITION_BYTES, Math.ceil(MAX_BYTES / led.length));
      const request = led.map((partition) => ({
        partition,
        fetchOffset: String(positions.get(partition) ?? 0),
        maxBytes,
      }));
      const { responses } = await broker.fetch({
        replicaId: CONSUMER,
        isolationLevel,
        maxWaitTime,
        minBytes: 1,
        maxBytes: MAX_BYTES,
        topics: [{ topic, partitions: request }],
      });
      return responses.flatMap(({ partitions }) =>
        partitions.map((fetched) => decode(topic, positions.get(fetched.partition) ?? 0, fetched)),
      );
    });

  const fetch = (positions: Positions, maxWaitMs: number) => {
    let wanted = positions;
    return tenacious(async () => {
      try {
        return await fetchOnce(wanted, maxWaitMs);
      } catch (error) {
        if (isOutOfRange(error)) wanted = notBefore(wanted, await offsets('beginning'));
        throw error;
      }
    });
  };
  const inTurn = oneByOne();

  return {
    partitions,
    offsets,
    // kafkajs opens a connection for each of several fetches that find none, and forgets all but one of them.
    fetch: (positions, maxWaitMs) => inTurn(async () => (closed ? [] : await fetch(positions, maxWaitMs))),
    async close() {
      // A fetch that ran after the disconnect would connect again, and stay.
      closed = true;
      await inTurn(async () => undefined);
      await cluster.disconnect();
    },
  };
}

function createCluster(settings: KafkaSettings, { clientId }: LogOptions): Cluster {
  const config = kafkaConfig(settings, { clientId, retry: { retries: 3, maxRetryTime: 2000 } });
  const { logLevel = 0, logCreator = silent, ...connection } = config;
  return new Cluster({
    ...connection,
    logger: loggers.createLogger({ level: logLevel, logCreator }),
    socketFactory: createSocketFactory(),
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    maxInFlightRequests: null,
  });
}

const silent: logCreator = () => () => undefined;

/** Asks each partition's leader, all of them at once. */
async function atLeaders<T>(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  ask: (broker: Broker, led: readonly number[]) => Promise<T[]>,
): Promise<T[]> {
  const leaders = Object.entries(cluster.findLeaderForPartitions(topic, partitions));
  const answers = await Promise.all(
    leaders.map(async ([nodeId, led]) => ask(await cluster.findBroker({ nodeId }), led)),
  );
  return answers.flat();
}

function decode(topic: string, position: number, fetched: FetchedPartition): Fetched {
  const { partition } = fetched;
  const { messages } = new Batch(topic, String(position), fetched);
  const last = fetched.messages.at(-1);
  return {
    partition,
    records: messages.map((message) => toRecord(partition, message)),
    // What was read may all lie below the position (the end of a compacted batch): go past it, or it comes for ever.
    next: last === undefined ? position : Math.max(Number(last.offset), position) + 1,
  };
}

function toRecord(partition: number, message: KafkaMessage): LogRecord {
  const { offset, timestamp, key, value, headers } = message;
  return { partition, offset: Number(offset), timestamp: Number(timestamp), key, value, headers };
}

function notBefore(positions: Positions, lowest: Positions): Positions {
  return new Map(
    [...positions].map(([partition, offset]) => [partition, Math.max(offset, lowest.get(partition) ?? 0)]),
  );
}

function isOutOfRange(error: unknown): boolean {
  return error instanceof Error && error.name === 'KafkaJSOffsetOutOfRange';
}
