import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { settingsSchema } from '../config/settings.ts';
import { startApi } from '../testing/running-api.ts';
import { runApi } from './run.ts';

/** Nothing listens there. */
const nothing = { KAFKA_BROKERS: '127.0.0.1:9', CASSANDRA_HOSTS: '127.0.0.1:9' };
const logger = pino({ level: 'silent' });

test('ends in order while Kafka and Cassandra are away and a stream is open', {
  timeout: 30_000,
}, async () => {
  const api = await startApi(settingsSchema.parse(nothing));
  const stream = await fetch(`${api.url}/api/stream?events=health`);
  const reader = stream.body?.getReader();
  const first = new TextDecoder().decode((await reader?.read())?.value);
  expect(first).toContain('retry: 2000');
  await api.stop();
  let last = await reader?.read();
  while (last?.done === false) last = await reader?.read();
  expect(last?.done).toBe(true);
  await expect(fetch(`${api.url}/api/health`)).rejects.toThrow();
});

test('a port that is taken is PORT_IN_USE, and nothing is left running', { timeout: 30_000 }, async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  onTestFinished(() => {
    other.close();
  });
  const { port } = other.address() as AddressInfo;
  const settings = settingsSchema.parse({ ...nothing, PORT: port });
  const { signal } = new AbortController();
  await expect(runApi(settings, { logger, signal })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    message: `Port ${port} on 127.0.0.1 is taken`,
  });
});

test('an address that this machine does not have is a wrong setting, not a bug', {
  timeout: 30_000,
}, async () => {
  const settings = settingsSchema.parse({ ...nothing, HOST: '192.0.2.1', API_TOKEN: 'a'.repeat(32) });
  const { signal } = new AbortController();
  await expect(runApi(settings, { logger, signal })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^Cannot listen on 192\.0\.2\.1:/),
  });
});

test('another address than loopback without a token is refused before anything starts', async () => {
  const settings = settingsSchema.parse({ ...nothing, HOST: '0.0.0.0' });
  const { signal } = new AbortController();
  await expect(runApi(settings, { logger, signal })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
