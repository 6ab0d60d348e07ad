/** A topic as `bootstrap` creates it. `config` holds Kafka topic configurations, values as Kafka writes them. */
export interface TopicDefinition {
  readonly name: string;
  readonly partitions: number;
  readonly config: Readonly<Record<string, string>>;
  readonly purpose: string;
}

/** The configured names of the topics; see `src/config/settings.ts` for the environment variables. */
export interface TopicNames {
  readonly chatMessages: string;
  readonly stats: string;
  readonly windows: string;
  readonly deadLetters: string;
  readonly ingestEvents: string;
  readonly optOuts: string;
}

const DAY_MS = 86_400_000;

/**
 * Of all of them. Append time: old chat can be loaded without `retention.ms` eating it, and Kafka 4's default limit on
 * future create times (KIP-1030) rejects nothing; event time is in the values. And no compression of the broker's own,
 * whatever its default is: the Node client reads gzip and no other.
 */
const common = { 'message.timestamp.type': 'LogAppendTime', 'compression.type': 'producer' };

/**
 * Kafka compacts a segment once it is full. With the default of 1 GiB all updates of a day would be there still, some
 * millions, and an API that starts reads them all.
 */
const STATS_SEGMENT_BYTES = 4 * 1024 * 1024;

/** The topics of the pipeline. Partition counts and retention are the public contract's. */
export function topicDefinitions(names: TopicNames, partitions = 3): TopicDefinition[] {
  return [
    {
      name: names.chatMessages,
      partitions,
      config: { ...common, 'cleanup.policy': 'delete', 'retention.ms': String(7 * DAY_MS) },
      purpose: 'every chat message, keyed by channel_id',
    },
    {
      name: names.stats,
      partitions,
      config: {
        ...common,
        'cleanup.policy': 'compact,delete',
        'retention.ms': String(DAY_MS),
        'segment.bytes': String(STATS_SEGMENT_BYTES),
      },
      purpose: 'the newest window of each channel, keyed by channel_id',
    },
    {
      name: names.windows,
      partitions,
      config: { ...common, 'cleanup.policy': 'compact,delete', 'retention.ms': String(7 * DAY_MS) },
      purpose: 'each window as it changes, once a second at most, on its way to the history table',
    },
    {
      name: names.deadLetters,
      partitions,
      config: { ...common, 'cleanup.policy': 'delete', 'retention.ms': String(7 * DAY_MS) },
      purpose: 'what could not be read, with the original bytes',
    },
    {
      name: names.ingestEvents,
      partitions,
      config: { ...common, 'cleanup.policy': 'delete', 'retention.ms': String(7 * DAY_MS) },
      purpose: 'gaps: intervals in which a wanted channel was not heard',
    },
    {
      name: names.optOuts,
      partitions: 1,
      config: { ...common, 'cleanup.policy': 'compact' },
      purpose: 'users who asked to be forgotten, keyed by user_id',
    },
  ];
}
