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
