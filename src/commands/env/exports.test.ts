import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { environmentOf, shellExports } from './exports.ts';

describe('env', () => {
  it('says the same things under the names that other tools look for', () => {
    expect(environmentOf({ KAFKA_BROKERS: '127.0.0.1:9092', CASSANDRA_HOSTS: '127.0.0.1:9042' })).toEqual({
      KAFKA_BROKERS: '127.0.0.1:9092',
      CASSANDRA_HOSTS: '127.0.0.1:9042',
      KAFKA_BOOTSTRAP_SERVERS: '127.0.0.1:9092',
      CQLSH_HOST: '127.0.0.1',
      CQLSH_PORT: '9042',
    });
  });

  it('survives a shell, whatever a value holds', () => {
    const value = `it's $HOME; "x" \`id\` \\ end`;
    const script = `${shellExports({ ODD: value }, 'posix')}printf %s "$ODD"`;
    expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(value);
  });

  it('quotes for fish by its own rules', () => {
    expect(shellExports({ ODD: `it's \\` }, 'fish')).toBe(`set -gx ODD 'it\\'s \\\\'\n`);
  });
});
