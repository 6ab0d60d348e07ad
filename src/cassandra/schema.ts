import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CassandraSession, Row } from './client.ts';
import { readSchema, replicationDrift, type SchemaSettings } from './schema-files.ts';
import type { SchemaObject } from './schema-object.ts';

export interface SchemaDrift {
  /** Of a keyspace `replication`; of a table a column, or `primary key`, or `default_time_to_live`. */
  readonly setting: string;
  readonly wanted: string;
  readonly found: string;
}

export interface SchemaReport {
  readonly kind: SchemaObject['kind'];
  readonly name: string;
  /** `missing` only when checking. */
  readonly state: 'created' | 'unchanged' | 'missing' | 'drifted';
  readonly drift: readonly SchemaDrift[];
}

export interface EnsureSchemaOptions {
  /** Look only: nothing is created. */
  readonly check?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Creates what is missing of the schema in `cql/`, in order, and says of what exists how it differs. Idempotent;
 * several may run it at once. Nothing that exists is altered.
 * @throws AppError CASSANDRA_UNREACHABLE, CQL_FAILED
 */
export async function ensureSchema(
  session: CassandraSession,
  settings: SchemaSettings,
  options: EnsureSchemaOptions = {},
): Promise<SchemaReport[]> {
  const reports: SchemaReport[] = [];
  for (const object of readSchema(settings)) {
    options.signal?.throwIfAborted();
    reports.push(await ensureObject(session, settings, object, options.check === true));
  }
  return reports;
}

async function ensureObject(
  session: CassandraSession,
  settings: SchemaSettings,
  object: SchemaObject,
  check: boolean,
): Promise<SchemaReport> {
  const { kind, name } = object;
  const found = await findObject(session, object);
  if (found !== undefined) {
    const drift = await driftOf(session, settings, object, found);
    return { kind, name, state: drift.length === 0 ? 'unchanged' : 'drifted', drift };
  }
  if (check) return { kind, name, state: 'missing', drift: [] };
  await create(session, object);
  return { kind, name, state: 'created', drift: [] };
}

/** Two that create the same table at once may see one of them refused for a moment; it is there on the second try. */
async function create(session: CassandraSession, object: SchemaObject): Promise<void> {
  try {
    await session.alterSchema(object.statement);
  } catch (error) {
    await sleep(500);
    if ((await findObject(session, object)) === undefined) throw error;
  }
}

const catalogues = {
  keyspace: 'SELECT * FROM system_schema.keyspaces WHERE keyspace_name = ?',
  table: 'SELECT * FROM system_schema.tables WHERE keyspace_name = ? AND table_name = ?',
  type: 'SELECT * FROM system_schema.types WHERE keyspace_name = ? AND type_name = ?',
} as const satisfies Record<SchemaObject['kind'], string>;

async function findObject(
  session: CassandraSession,
  { kind, keyspace, name }: SchemaObject,
): Promise<Row | undefined> {
  const parameters = kind === 'keyspace' ? [keyspace] : [keyspace, name];
  return (await session.query(catalogues[kind], parameters)).rows[0];
}

async function driftOf(
  session: CassandraSession,
  settings: SchemaSettings,
  object: SchemaObject,
  found: Row,
): Promise<SchemaDrift[]> {
  if (object.kind === 'table') return tableDrift(session, object, found);
  return object.kind === 'keyspace' ? keyspaceDrift(settings, found) : [];
}

function keyspaceDrift(settings: SchemaSettings, found: Row): SchemaDrift[] {
  const drift = replicationDrift(settings, z.record(z.string(), z.string()).parse(found.replication));
  return drift === undefined ? [] : [{ setting: 'replication', ...drift }];
}

async function tableDrift(
  session: CassandraSession,
  object: SchemaObject,
  table: Row,
): Promise<SchemaDrift[]> {
  const { rows } = await session.query(
    'SELECT column_name, type, kind, position FROM system_schema.columns WHERE keyspace_name = ? AND table_name = ?',
    [object.keyspace, object.name],
  );
  const types = new Map(rows.map((row) => [String(row.column_name), String(row.type)]));
  const settings: [string, string | undefined, string | undefined][] = [
    ...[...object.columns].map(([name, type]): [string, string, string | undefined] => [
      name,
      type,
      types.get(name),
    ]),
    ['primary key', object.primaryKey, keyOf(rows)],
    [
      'default_time_to_live',
      object.defaultTtl === undefined ? undefined : String(object.defaultTtl),
      String(table.default_time_to_live),
    ],
  ];
  return settings
    .filter(([, wanted, found]) => wanted !== undefined && wanted !== found)
    .map(([setting, wanted = '', found = '']) => ({ setting, wanted, found }));
}

function keyOf(columns: readonly Row[]): string {
  const named = (kind: string) =>
    columns
      .filter((column) => column.kind === kind)
      .sort((a, b) => Number(a.position) - Number(b.position))
      .map((column) => String(column.column_name));
  return `(${[`(${named('partition_key').join(', ')})`, ...named('clustering')].join(', ')})`;
}
