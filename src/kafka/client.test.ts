import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { createKafka, toKafkaError, withKafkaErrors } from './client.ts';

const settingsOf = (env: Record<string, string>) => loadConfig({ env, cwd: '/nowhere' }).settings;

describe('createKafka', () => {
  it('maps a refused connection to KAFKA_UNREACHABLE and logs through our logger', async () => {
    const settings = settingsOf({ KAFKA_BROKERS: '127.0.0.1:1' });
    const lines: string[] = [];
    const logger = pino(
      { level: 'debug' },
      new Writable({
        write(chunk, _encoding, done) {
          lines.push(String(chunk));
          done();
        },
      }),
    );
    const admin = createKafka(settings, { clientId: 'test', logger, retry: { retries: 0 } }).admin();
    await expect(withKafkaErrors(settings, () => admin.connect())).rejects.toMatchObject({
      code: 'KAFKA_UNREACHABLE',
      message: 'Cannot reach Kafka at 127.0.0.1:1',
      exitCode: 3,
    });
    await admin.disconnect();
    expect(lines.some((line) => line.includes('ECONNREFUSED'))).toBe(true);
  });

  it('asks for both user and password with SASL', () => {
    const settings = settingsOf({ KAFKA_SECURITY_PROTOCOL: 'SASL_PLAINTEXT', KAFKA_SASL_USERNAME: 'me' });
    expect(() => createKafka(settings, { clientId: 'test' })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  it('names the setting of a TLS file that cannot be read', () => {
    const settings = settingsOf({ KAFKA_SECURITY_PROTOCOL: 'SSL', KAFKA_TLS_CA: '/nowhere/ca.pem' });
    expect(() => createKafka(settings, { clientId: 'test' })).toThrow(/KAFKA_TLS_CA/);
  });
});

describe('toKafkaError', () => {
  it('tells records that it cannot decompress from a broker that is away', () => {
    const inner = Object.assign(new Error('LZ4 compression not implemented'), {
      name: 'KafkaJSNotImplemented',
    });
    const outer = new Error('gave up', { cause: inner });
    expect(toKafkaError(outer, { KAFKA_BROKERS: ['h:1'] })).toMatchObject({
      code: 'KAFKA_COMPRESSION',
      detail: 'gave up',
    });
  });

  it('finds the missing topic below the wrapping retry error', () => {
    const inner = Object.assign(new Error('no such topic'), { type: 'UNKNOWN_TOPIC_OR_PARTITION' });
    const outer = new Error('gave up', { cause: inner });
    expect(toKafkaError(outer, { KAFKA_BROKERS: ['h:1'] }).code).toBe('KAFKA_TOPIC_MISSING');
  });
});
