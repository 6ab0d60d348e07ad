import { expect, it } from 'vitest';
import { settingsSchema } from '../../config/settings.ts';
import { processorEnv } from './processor-env.ts';

it('says the addresses and topics under the names of the processor’s contract, and leaves out what is not set', () => {
  const env = processorEnv(
    settingsSchema.parse({
      KAFKA_BROKERS: 'a:1,b:2',
      KAFKA_TOPIC_CHAT_MESSAGES: 'in',
      CASSANDRA_PASSWORD: 'secret',
    }),
  );
  expect(env).toMatchObject({
    KAFKA_BOOTSTRAP_SERVERS: 'a:1,b:2',
    KAFKA_TOPIC_INPUT: 'in',
    CASSANDRA_PASSWORD: 'secret',
  });
  expect(Object.keys(env)).not.toContain('CASSANDRA_TLS');
});
