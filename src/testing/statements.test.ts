import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Identifiers that the configuration has checked, columns and conditions of ours, and numbers of ours. */
const identifiers =
  /^(this\.#|settings\.)?(CASSANDRA_KEYSPACE|CASSANDRA_TABLE|keyspace|table|messages|messageColumns|select|where|order|partition|inChannel|direction|SAMPLE|options\.limit)$/;

/** What is put into the text of statements, by file. */
function putIn(): string[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.ts') && !path.includes('.test.') && !path.startsWith('testing'),
  );
  return files.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const statements = [
      ...text.matchAll(/`(?:(?:SELECT|INSERT|UPDATE|DELETE|TRUNCATE) |\$\{select\})[^`]*`/g),
    ];
    return statements.flatMap(([statement]) =>
      [...statement.matchAll(/\$\{([^}]*)\}/g)].map(([, expression]) => `${path}: ${expression}`),
    );
  });
}

it('puts no value into the text of a statement: values are bound', () => {
  const found = putIn();
  expect(found.length).toBeGreaterThan(20);
  expect(found.filter((entry) => !identifiers.test(entry.slice(entry.indexOf(': ') + 2)))).toEqual([]);
});
