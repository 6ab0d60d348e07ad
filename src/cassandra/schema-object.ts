import { tokenizeCql } from './cql-text.ts';

/** One `CREATE … IF NOT EXISTS` of the schema. */
export interface SchemaObject {
  readonly kind: 'keyspace' | 'table' | 'type';
  readonly keyspace: string;
  /** The keyspace's own name for a keyspace. */
  readonly name: string;
  readonly statement: string;
  /** Of a table or type: CQL type by column, in order, as `system_schema` writes types. */
  readonly columns: ReadonlyMap<string, string>;
  /** Of a table: its key, as `((partition columns), clustering columns)`. */
  readonly primaryKey: string | undefined;
  /** Of a table: seconds. */
  readonly defaultTtl: number | undefined;
}

const head = /^CREATE\s+(KEYSPACE|TABLE|TYPE)\s+IF\s+NOT\s+EXISTS\s+(?:(\w+)\.)?(\w+)/i;

/**
 * Reads what a statement of `cql/` creates.
 * @throws Error for anything but an idempotent CREATE of a keyspace, table or type: such a file is a bug of ours
 */
export function schemaObject(statement: string): SchemaObject {
  const match = head.exec(statement);
  if (match === null) throw new Error(`not an idempotent CREATE: ${statement.slice(0, 60)}`);
  const [matched, kindWord = '', qualifier, name = ''] = match;
  const kind = schemaKind(kindWord);
  const keyspace = qualifier ?? name;
  if (kind === 'keyspace') {
    return {
      kind,
      keyspace,
      name,
      statement,
      columns: new Map(),
      primaryKey: undefined,
      defaultTtl: undefined,
    };
  }
  const definitions = topLevelParts(statement.slice(matched.length));
  const key = definitions.find((part) => /^PRIMARY KEY\b/i.test(part));
  const columns = new Map(definitions.filter((part) => part !== key).map((part) => columnOf(part)));
  const ttl = /default_time_to_live\s*=\s*(\d+)/i.exec(statement)?.[1];
  return {
    kind,
    keyspace,
    name,
    statement,
    columns,
    primaryKey: primaryKey(definitions, key),
    defaultTtl: ttl === undefined ? undefined : Number(ttl),
  };
}

function schemaKind(word: string): SchemaObject['kind'] {
  const lower = word.toLowerCase();
  return lower === 'keyspace' || lower === 'type' ? lower : 'table';
}

/** What stands between the first `(` and its `)`, split at the commas of that level, spaces collapsed. */
function topLevelParts(source: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const { text } of tokenizeCql(source)) {
    if (text === ')' && depth === 1) break;
    if (text === '(' || text === '<') depth += 1;
    else if (text === ')' || text === '>') depth -= 1;
    if (depth === 1 && text === ',') parts.push('');
    else if (depth > 1 || (depth === 1 && text !== '(')) parts[parts.length - 1] += text;
  }
  return parts.map((part) => part.replace(/\s+/g, ' ').trim()).filter((part) => part !== '');
}

function columnOf(definition: string): [string, string] {
  const [name = '', ...type] = definition.replace(/ PRIMARY KEY$/i, '').split(' ');
  return [name, type.join(' ').toLowerCase()];
}

function primaryKey(definitions: readonly string[], clause: string | undefined): string | undefined {
  const inline = definitions.find((part) => / PRIMARY KEY$/i.test(part));
  if (inline !== undefined) return `((${columnOf(inline)[0]}))`;
  return clause?.replace(/^PRIMARY KEY\s*/i, '').replace(/\s*,\s*/g, ', ');
}
