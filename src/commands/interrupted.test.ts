import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../testing/run-cli.ts';

/** Takes connections, as a server that is stopped does, and never says a word. */
async function silentServer() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return { server, address: `127.0.0.1:${address.port}` };
}

test.for([
  'inspect lag',
  'inspect topics',
  'inspect gaps',
  'inspect ttl forsen',
  'tail',
  'replay forsen',
  'verify forsen',
  'bootstrap',
])('%s ends when it is asked to, also while its servers do not answer', async (commandLine) => {
  const { server, address } = await silentServer();
  const asked = new AbortController();
  const env = { KAFKA_BROKERS: address, CASSANDRA_HOSTS: address };
  const ended = runCli(commandLine.split(' '), { env, signal: asked.signal });
  await once(server, 'connection');
  asked.abort();
  expect(await ended).toEqual({ code: 0, stdout: '', stderr: '' });
});
