import kafkajs, { type Admin } from 'kafkajs';
import pRetry from 'p-retry';
import type { Settings } from '../config/settings.ts';
import type { TopicDefinition } from '../contract/topics.ts';
import { createKafka, type KafkaSettings, withKafkaErrors } from './client.ts';
import { configuredTopics, type TopicSettings } from './topic-names.ts';

/** One way in which a topic is not as the contract says. */
export interface TopicDrift {
  /** A topic configuration, or `partitions`, or `replication.factor`. */
  readonly setting: string;
  readonly wanted: string;
  readonly found: string;
}

export interface TopicReport {
  readonly name: string;
  /** `missing` only when checking; `corrected` only when asked to correct. */
  readonly state: 'created' | 'unchanged' | 'missing' | 'drifted' | 'corrected';
  readonly drift: readonly TopicDrift[];
}

export interface EnsureTopicsOptions {
  /** Look only: nothing is created. */
  readonly check?: boolean;
  /** Set drifted topic configurations back to the contract. Partition count and replication factor stay as they are. */
  readonly correct?: boolean;
}

export type AdminSettings = KafkaSettings &
  TopicSettings &
  Pick<Settings, 'KAFKA_CLIENT_ID' | 'KAFKA_REPLICATION_FACTOR'>;

/**
 * Creates the topics that are missing, and says of each how it differs from the contract. Idempotent; several may run
 * it at once.
 * @throws AppError KAFKA_UNREACHABLE
 */
export function ensureTopics(
  settings: AdminSettings,
  options: EnsureTopicsOptions = {},
): Promise<TopicReport[]> {
  return withAdmin(settings, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const { check = false, correct = false } = options;
    return Promise.all(
      configuredTopics(settings).map((topic) =>
        ensureTopic(admin, settings, topic, { exists: existing.has(topic.name), check, correct }),
      ),
    );
  });
}

/** Runs `use` with a connected admin client, and disconnects it whatever happens. */
export function withAdmin<T>(
  settings: KafkaSettings & Pick<Settings, 'KAFKA_CLIENT_ID'>,
  use: (admin: Admin) => Promise<T>,
): Promise<T> {
  const admin = createKafka(settings, { clientId: `${settings.KAFKA_CLIENT_ID}-admin` }).admin();
  return withKafkaErrors(settings, async () => {
    try {
      await admin.connect();
      return await use(admin);
    } finally {
      await admin.disconnect();
    }
  });
}

async function ensureTopic(
  admin: Admin,
  settings: AdminSettings,
  topic: TopicDefinition,
  { exists, check, correct }: { exists: boolean; check: boolean; correct: boolean },
): Promise<TopicReport> {
  if (exists) return inspectTopic(admin, settings, topic, correct && !check);
  if (check) return { name: topic.name, state: 'missing', drift: [] };
  const isOurs = await createTopic(admin, topic, {
    replicationFactor: settings.KAFKA_REPLICATION_FACTOR,
  });
  // Another bootstrap may have been faster.
  return { name: topic.name, state: isOurs ? 'created' : 'unchanged', drift: [] };
}

/**
 * Resolves when the topic can be used.
 * @param replicationFactor -1: the broker's default
 * @param signal ends the wait for its leaders
 * @returns false when it was there already
 */
export async function createTopic(
  admin: Admin,
  topic: Omit<TopicDefinition, 'purpose'>,
  { replicationFactor = -1, signal }: { replicationFactor?: number; signal?: AbortSignal } = {},
): Promise<boolean> {
  const created = await admin.createTopics({
    // kafkajs would take "not known yet", which a busy broker answers for a moment, as a failure.
    waitForLeaders: false,
    topics: [
      {
        topic: topic.name,
        numPartitions: topic.partitions,
        replicationFactor,
        configEntries: Object.entries(topic.config).map(([name, value]) => ({ name, value })),
      },
    ],
  });
  await waitForLeaders(admin, topic, signal);
  return created;
}

/** A topic can be used when all of its partitions have a leader. */
async function waitForLeaders(
  admin: Admin,
  { name, partitions }: Pick<TopicDefinition, 'name' | 'partitions'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  await pRetry(
    async () => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
      const led = topics[0]?.partitions.filter(({ leader }) => leader >= 0).length ?? 0;
      if (led < partitions) throw new Error(`${name}: ${led} of ${partitions} partitions have a leader`);
    },
    { retries: 20, minTimeout: 25, maxTimeout: 1000, factor: 1.5, ...(signal && { signal }) },
  );
}

async function inspectTopic(
  admin: Admin,
  settings: AdminSettings,
  topic: TopicDefinition,
  correct: boolean,
): Promise<TopicReport> {
  const entries = await describeConfig(admin, topic.name);
  const configDrift = Object.entries(topic.config)
    .map(([setting, wanted]) => ({ setting, wanted, found: entries.get(setting)?.value ?? '' }))
    .filter(({ wanted, found }) => normalized(wanted) !== normalized(found));
  const shapeDrift = await describeShape(admin, topic, settings.KAFKA_REPLICATION_FACTOR);
  if (configDrift.length > 0 && correct) {
    await setTopicConfig(admin, topic.name, topic.config);
    return shapeDrift.length === 0
      ? { name: topic.name, state: 'corrected', drift: configDrift }
      : { name: topic.name, state: 'drifted', drift: shapeDrift };
  }
  const drift = [...shapeDrift, ...configDrift];
  return { name: topic.name, state: drift.length === 0 ? 'unchanged' : 'drifted', drift };
}

interface ConfigValue {
  readonly value: string;
  /** Set on this topic, not inherited from the broker. */
  readonly own: boolean;
}

/** Kafka's ConfigSource for a value that was set on the topic itself. */
const DYNAMIC_TOPIC_CONFIG = 1;

async function describeConfig(admin: Admin, name: string): Promise<Map<string, ConfigValue>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name }],
  });
  return new Map(
    (resources[0]?.configEntries ?? []).map(({ configName, configValue, configSource }) => [
      configName,
      { value: configValue, own: Number(configSource) === DYNAMIC_TOPIC_CONFIG },
    ]),
  );
}

async function describeShape(
  admin: Admin,
  topic: TopicDefinition,
  replicationFactor: number,
): Promise<TopicDrift[]> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic.name] });
  const partitions = topics[0]?.partitions ?? [];
  const found = {
    partitions: partitions.length,
    'replication.factor': partitions[0]?.replicas.length ?? 0,
  };
  const wanted = { partitions: topic.partitions, 'replication.factor': replicationFactor };
  return (['partitions', 'replication.factor'] as const)
    .filter((setting) => wanted[setting] !== found[setting])
    .map((setting) => ({ setting, wanted: String(wanted[setting]), found: String(found[setting]) }));
}

/** Sets values of a topic. AlterConfigs replaces all of a topic's own values, so its others are sent along. */
export async function setTopicConfig(
  admin: Admin,
  name: string,
  config: Readonly<Record<string, string>>,
): Promise<void> {
  const own = [...(await describeConfig(admin, name))].filter(([, { own }]) => own);
  const merged = new Map([
    ...own.map(([key, { value }]) => [key, value] as const),
    ...Object.entries(config),
  ]);
  await admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name,
        configEntries: [...merged].map(([key, value]) => ({ name: key, value })),
      },
    ],
  });
}

/** Kafka lists `compact,delete` in the order it likes. */
function normalized(value: string): string {
  return value.split(',').sort().join(',');
}
