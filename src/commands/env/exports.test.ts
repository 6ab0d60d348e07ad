import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { environmentOf, kcatConfig, shellExports } from './exports.ts';

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

  it.each([
    ['cass1:9042,cass2:9043', 'cass1'],
    ['[::1]:9042', '::1'],
  ])('gives cqlsh one host: %s', (hosts, host) => {
    expect(environmentOf({ CASSANDRA_HOSTS: hosts })).toMatchObject({ CQLSH_HOST: host, CQLSH_PORT: '9042' });
  });

  it('tells kcat how to reach a cluster with TLS and a login', () => {
    const settings = {
      KAFKA_BROKERS: 'k1:9093,k2:9093',
      KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'reader',
      KAFKA_TLS_CA: '/etc/kafka/ca.pem',
    };
    expect(kcatConfig(settings).split('\n')).toEqual([
      'bootstrap.servers=k1:9093,k2:9093',
      'security.protocol=SASL_SSL',
      'sasl.mechanism=SCRAM-SHA-512',
      'sasl.username=reader',
      'ssl.ca.location=/etc/kafka/ca.pem',
      '',
    ]);
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
