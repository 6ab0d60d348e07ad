import kafkajs, { type Admin } from 'kafkajs';
import type { TopicDefinition } from '../contract/topics.ts';
import { type AdminSettings, withAdmin } from './admin.ts';
import { configuredTopics } from './topic-names.ts';

/** A topic of the pipeline as it is on the broker now. */
export interface TopicFacts {
  readonly name: string;
  readonly purpose: string;
  readonly exists: boolean;
  readonly partitions: number;
  readonly replicas: number;
  /** Offsets between the beginning and the end of all partitions: records, and the marks of transactions. */
  readonly offsets: number;
  readonly cleanup: string;
  /** Milliseconds; -1 is for ever. */
  readonly retention_ms: number;
  readonly timestamps: string;
}

/** @throws AppError KAFKA_UNREACHABLE */
export function readTopicFacts(settings: AdminSettings): Promise<TopicFacts[]> {
  return withAdmin(settings, async (admin) => {
    const existing = new Set(await admin.listTopics());
    return Promise.all(
      configuredTopics(settings).map((topic) =>
        existing.has(topic.name) ? facts(admin, topic) : missing(topic),
      ),
    );
  });
}

async function facts(admin: Admin, { name, purpose }: TopicDefinition): Promise<TopicFacts> {
  const [{ topics }, offsets, { resources }] = await Promise.all([
    admin.fetchTopicMetadata({ topics: [name] }),
    admin.fetchTopicOffsets(name),
    admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }],
    }),
  ]);
  const partitions = topics[0]?.partitions ?? [];
  const config = new Map(resources[0]?.configEntries.map((entry) => [entry.configName, entry.configValue]));
  return {
    name,
    purpose,
    exists: true,
    partitions: partitions.length,
    replicas: partitions[0]?.replicas.length ?? 0,
    offsets: offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0),
    cleanup: config.get('cleanup.policy') ?? '',
    retention_ms: Number(config.get('retention.ms') ?? -1),
    timestamps: config.get('message.timestamp.type') ?? '',
  };
}

function missing({ name, purpose }: TopicDefinition): TopicFacts {
  return {
    name,
    purpose,
    exists: false,
    partitions: 0,
    replicas: 0,
    offsets: 0,
    cleanup: '',
    retention_ms: -1,
    timestamps: '',
  };
}
