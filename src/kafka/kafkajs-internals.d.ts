/**
 * The parts of kafkajs below its consumer that `log-connection.ts` uses, since its public interface cannot read a
 * partition without a consumer group (docs/adr). Shapes as in 2.2.4, which package.json pins.
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
