import { readdirSync, readFileSync } from 'node:fs';
import type { Settings } from '../config/settings.ts';
import { splitStatements, tokenizeCql } from './cql-text.ts';
import { type SchemaObject, schemaObject } from './schema-object.ts';

/** The names that the files in `cql/` are written with, and that the settings may replace. */
const KEYSPACE = 'twitch_chat';
const TABLE = 'raw_chat_messages';

export type SchemaSettings = Pick<
  Settings,
  'CASSANDRA_KEYSPACE' | 'CASSANDRA_TABLE' | 'CASSANDRA_REPLICATION'
>;

export const schemaDirectory = new URL('../../cql/', import.meta.url);

/** The schema of `cql/NNN_*.cql` in order, under the names and with the replication of the settings. */
export function readSchema(settings: SchemaSettings, directory: URL = schemaDirectory): SchemaObject[] {
  return readdirSync(directory)
    .filter((name) => /^\d{3}_\w+\.cql$/.test(name))
    .sort()
    .flatMap((name) => splitStatements(readFileSync(new URL(name, directory), 'utf8')))
    .map((statement) => schemaObject(configuredStatement(statement, settings)));
}

/** A statement of `cql/` with the configured keyspace, table and replication; strings stay as they are. */
export function configuredStatement(statement: string, settings: SchemaSettings): string {
  const names = new Map([
    [KEYSPACE, settings.CASSANDRA_KEYSPACE],
    [TABLE, settings.CASSANDRA_TABLE],
  ]);
  const renamed = tokenizeCql(statement)
    .map(({ kind, text }) => (kind === 'word' ? (names.get(text) ?? text) : text))
    .join('');
  if (settings.CASSANDRA_REPLICATION === undefined) return renamed;
  const replication = replicationMap(settings.CASSANDRA_REPLICATION);
  return renamed.replace(
    /(\breplication\s*=\s*)\{[^}]*\}/i,
    (_, assignment: string) => assignment + replication,
  );
}

/**
 * CASSANDRA_REPLICATION as a CQL map: `3` is SimpleStrategy with 3 replicas, `dc1:3,dc2:2` is NetworkTopologyStrategy,
 * and a CQL map is taken as it is (the schema of the setting has checked the form).
 */
export function replicationMap(replication: string): string {
  if (replication.startsWith('{')) return replication;
  if (/^\d+$/.test(replication)) return `{'class': 'SimpleStrategy', 'replication_factor': ${replication}}`;
  const datacenters = replication
    .split(',')
    .map((entry) => entry.split(':').map((part) => part.trim()))
    .map(([name, replicas]) => `'${name}': ${replicas}`);
  return `{'class': 'NetworkTopologyStrategy', ${datacenters.join(', ')}}`;
}

/**
 * How a keyspace that exists differs from the replication of the settings; undefined when it does not, and when the settings
 * say nothing of it. `found` is its map as `system_schema.keyspaces` has it.
 */
export function replicationDrift(
  { CASSANDRA_REPLICATION }: Pick<SchemaSettings, 'CASSANDRA_REPLICATION'>,
  found: Readonly<Record<string, string>>,
): { wanted: string; found: string } | undefined {
  if (CASSANDRA_REPLICATION === undefined) return undefined;
  const entries = replicationMap(CASSANDRA_REPLICATION).matchAll(/'([\w.-]+)'\s*:\s*'?([\w.-]+)/g);
  const asked = Object.fromEntries([...entries].map(([, name = '', value = '']) => [name, value]));
  const [wanted, is] = [replicationText(forEachDatacentre(asked, found)), replicationText(found)];
  return wanted === is ? undefined : { wanted, found: is };
}

/** Cassandra keeps no number that is for all datacentres: it is written down for each that there is. */
function forEachDatacentre(
  { replication_factor: everywhere, ...rest }: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): Record<string, string> {
  if (everywhere === undefined) return rest;
  if (rest.class?.endsWith('SimpleStrategy')) return { ...rest, replication_factor: everywhere };
  const datacentres = Object.keys(found).filter((name) => name !== 'class' && name !== 'replication_factor');
  return { ...Object.fromEntries(datacentres.map((name) => [name, everywhere])), ...rest };
}

/** `SimpleStrategy, replication_factor 1`, in one order, without the strategy's package. */
function replicationText({ class: strategy = '', ...replicas }: Readonly<Record<string, string>>): string {
  const parts = Object.entries(replicas).map(([name, count]) => `${name} ${count}`);
  return [strategy.split('.').at(-1), ...parts.sort()].join(', ');
}
