import { type CassandraSettings, connectCassandra } from '../cassandra/client.ts';
import { ensureSchema } from '../cassandra/schema.ts';
import type { SchemaSettings } from '../cassandra/schema-files.ts';
import { beforeAborted } from '../contract/abort.ts';
import { type AdminSettings, ensureTopics } from '../kafka/admin.ts';

/** One topic, keyspace, type or table, and how it stands to the contract. */
export interface BootstrapItem {
  readonly kind: 'topic' | 'keyspace' | 'type' | 'table';
  readonly name: string;
  readonly state: 'created' | 'unchanged' | 'missing' | 'drifted' | 'corrected';
  readonly drift: readonly { readonly setting: string; readonly wanted: string; readonly found: string }[];
}

export interface BootstrapOptions {
  /** Look only: nothing is created or changed. */
  readonly check?: boolean;
  /** Set drifted topic configurations back to the contract; what cannot be set back safely stays `drifted`. */
  readonly correct?: boolean;
  readonly signal?: AbortSignal;
}

export interface BootstrapResult {
  readonly items: readonly BootstrapItem[];
  /** True when something is missing or differs. */
  readonly drift: boolean;
}

export type BootstrapSettings = AdminSettings & CassandraSettings & SchemaSettings;

/**
 * Creates the topics and the Cassandra schema that are missing; shows what drifted, changes it only with `correct`.
 * @throws AppError KAFKA_UNREACHABLE, CASSANDRA_UNREACHABLE, CQL_FAILED
 */
export async function bootstrap(
  settings: BootstrapSettings,
  options: BootstrapOptions = {},
): Promise<BootstrapResult> {
  const items = [
    ...(await bootstrapTopics(settings, options)),
    ...(await bootstrapSchema(settings, options)),
  ];
  return { items, drift: items.some(({ state }) => state === 'missing' || state === 'drifted') };
}

/** The Kafka half of {@link bootstrap}. */
export async function bootstrapTopics(
  settings: AdminSettings,
  { check, correct, signal }: BootstrapOptions = {},
): Promise<BootstrapItem[]> {
  const ensured = ensureTopics(settings, {
    ...(check === undefined ? {} : { check }),
    ...(correct === undefined ? {} : { correct }),
  });
  const topics = await beforeAborted(ensured, signal);
  return topics.map((topic) => ({ kind: 'topic', ...topic }));
}

/** The Cassandra half of {@link bootstrap}. */
export async function bootstrapSchema(
  settings: CassandraSettings & SchemaSettings,
  { check, signal }: BootstrapOptions = {},
): Promise<BootstrapItem[]> {
  signal?.throwIfAborted();
  const session = await connectCassandra(settings, { signal });
  try {
    return await ensureSchema(session, settings, {
      ...(check === undefined ? {} : { check }),
      ...(signal === undefined ? {} : { signal }),
    });
  } finally {
    await session.close();
  }
}
