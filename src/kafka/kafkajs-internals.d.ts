/**
 * The parts of kafkajs below its public interface that are used: its cluster by `log-connection.ts`, to read a partition
 * without a consumer group, its protocol by `produce-request.ts` (docs/adr). Shapes as in 2.2.4, which package.json pins.
 */
declare module 'kafkajs/src/cluster/index.js' {
  import type { KafkaMessage, PartitionMetadata } from 'kafkajs';

  export interface FetchedPartition {
    readonly partition: number;
    readonly highWatermark: string;
    readonly abortedTransactions?: readonly unknown[];
    readonly messages: readonly (KafkaMessage & { readonly isControlRecord?: boolean })[];
  }

  export interface Broker {
    listOffsets(request: {
      readonly replicaId: number;
      readonly isolationLevel: number;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[];
      }[];
    }): Promise<{
      readonly responses: readonly {
        readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
      }[];
    }>;
    fetch(request: {
      readonly replicaId: number;
      readonly isolationLevel: number;
      readonly maxWaitTime: number;
      readonly minBytes: number;
      readonly maxBytes: number;
      readonly topics: readonly {
        readonly topic: string;
        readonly partitions: readonly {
          readonly partition: number;
          readonly fetchOffset: string;
          readonly maxBytes: number;
        }[];
      }[];
    }): Promise<{ readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[] }>;
  }

  export default class Cluster {
    constructor(options: Readonly<Record<string, unknown>>);
    connect(): Promise<void>;
    disconnect(): Promise<void>;
    addTargetTopic(topic: string): Promise<void>;
    refreshMetadata(): Promise<void>;
    findTopicPartitionMetadata(topic: string): PartitionMetadata[];
    findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
    findBroker(wanted: { readonly nodeId: string }): Promise<Broker>;
  }
}

declare module 'kafkajs/src/consumer/batch.js' {
  import type { KafkaMessage } from 'kafkajs';
  import type { FetchedPartition } from 'kafkajs/src/cluster/index.js';

  /** Leaves out what lies below the fetched offset, aborted transactions and control records. */
  export default class Batch {
    constructor(topic: string, fetchedOffset: string, partition: FetchedPartition);
    readonly messages: readonly KafkaMessage[];
  }
}

declare module 'kafkajs/src/loggers/index.js' {
  import type { Logger, logCreator, logLevel } from 'kafkajs';

  const loggers: { createLogger(options: { level: logLevel; logCreator: logCreator }): Logger };
  export default loggers;
}

declare module 'kafkajs/src/network/socketFactory.js' {
  import type { ISocketFactory } from 'kafkajs';

  export default function createSocketFactory(): ISocketFactory;
}

declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    writeInt16(value: number): this;
    writeInt32(value: number): this;
    writeString(value: string | null): this;
    /** Behind their number, as INT32. */
    writeBytes(value: Buffer): this;
    /** What has been written. */
    readonly buffer: Buffer;
  }
}

declare module 'kafkajs/src/protocol/recordBatch/crc32C/index.js' {
  /** CRC-32C, as UINT32. */
  export default function crc32C(bytes: Uint8Array): number;
}

declare module 'kafkajs/src/protocol/requests/produce/index.js' {
  import type { Message } from 'kafkajs';
  import type Encoder from 'kafkajs/src/protocol/encoder.js';

  export interface ProducedPartition {
    readonly partition: number;
    readonly firstSequence: number;
    readonly messages: readonly Message[];
  }

  export interface ProducedTopic {
    readonly topic: string;
    readonly partitions: readonly ProducedPartition[];
  }

  export interface ProduceOptions {
    readonly acks: number;
    /** Milliseconds. */
    readonly timeout: number;
    /** 0 or undefined is none. */
    readonly compression?: number;
    readonly transactionalId?: string | null;
    readonly producerId: string | number;
    readonly producerEpoch: number;
    readonly topicData: readonly ProducedTopic[];
  }

  export interface ProduceRequest {
    readonly request: { readonly apiVersion: number; readonly encode: () => Promise<Encoder> };
    readonly response: unknown;
  }

  const produce: {
    /** Asked for each request, with the newest version that both sides know. */
    protocol: (wanted: { readonly version: number }) => (options: ProduceOptions) => ProduceRequest;
  };
  export default produce;
}

declare module 'kafkajs/src/protocol/requests/index.js' {
  import type produce from 'kafkajs/src/protocol/requests/produce/index.js';

  const protocol: { readonly requests: { readonly Produce: typeof produce } };
  export default protocol;
}
