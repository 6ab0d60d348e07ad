import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { startChatServer } from './server.ts';

it('says nothing on a half-open connection, not even goodbye: that would say that all before it has arrived', async () => {
  const server = await startChatServer({ port: 0 });
  onTestFinished(() => server.close());
  const client = new WebSocket(server.url);
  const closed = once(client, 'close');
  await once(client, 'open');
  client.send('NICK justinfan1');
  const [greeting] = await once(client, 'message');
  expect(String(greeting)).toContain(' 001 justinfan1 ');
  server.dieAll();
  const closeAsked = server.askToReconnect();
  closeAsked();
  server.cutAll();
  const [code] = await closed;
  // Without a close frame: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
  expect(code).toBe(1006);
});
