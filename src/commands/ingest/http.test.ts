import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Registry } from 'prom-client';
import { expect, it, onTestFinished } from 'vitest';
import { serveHttp } from './http.ts';

it('answers a path that is no URL, as it does any other that is not there', async () => {
  const http = await serveHttp({ host: '127.0.0.1', port: 0 }, () => ({ status: 'up' }), new Registry());
  onTestFinished(() => http.close());
  const socket = connect(http.port, '127.0.0.1');
  socket.end('GET // HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 404 /);
});

it('answers 500 when health cannot be told, and goes on', async () => {
  let broken = true;
  const health = () => {
    if (broken) throw new Error('no metrics today');
    return { status: 'up' } as const;
  };
  const http = await serveHttp({ host: '127.0.0.1', port: 0 }, health, new Registry());
  onTestFinished(() => http.close());
  const ask = () => fetch(`http://127.0.0.1:${http.port}/health`);
  const answer = await ask();
  expect([answer.status, await answer.text()]).toEqual([500, 'no metrics today\n']);
  broken = false;
  expect((await ask()).status).toBe(200);
});

it('tells a host that is not of this machine from a port that is taken', async () => {
  const elsewhere = serveHttp({ host: '192.0.2.1', port: 0 }, () => ({ status: 'up' }), new Registry());
  await expect(elsewhere).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'Cannot listen on 192.0.2.1:0',
  });
});
