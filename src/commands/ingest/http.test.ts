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
