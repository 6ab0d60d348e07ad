import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { httpProbe } from './health.ts';

const never = new AbortController().signal;

async function server(status: number, body: string): Promise<string> {
  const listening = createServer((_, response) => response.writeHead(status).end(body));
  onTestFinished(() => {
    listening.close();
    listening.closeAllConnections();
  });
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
}

it('gives the document of a success', async () => {
  expect(await httpProbe(await server(200, '{"status":"ok"}'), never)).toEqual({ status: 'ok' });
});

it('says in words why a service is not ready, where they are known', async () => {
  const url = await server(503, '{"status":"starting"}');
  await expect(httpProbe(url, never, () => 'streams REBALANCING')).rejects.toThrow('streams REBALANCING');
  await expect(httpProbe(url, never)).rejects.toThrow('503: {"status":"starting"}');
  await expect(httpProbe(await server(502, 'no JSON'), never)).rejects.toThrow('502: no JSON');
});
