import tmi from 'tmi.js';
import { expect, it } from 'vitest';
import { startChatServer } from '../simulator/server.ts';

it('serves an unmodified tmi.js client: login, join, chat, part', async () => {
  const server = await startChatServer({ port: 0 });
  const client = new tmi.Client({
    connection: { server: '127.0.0.1', port: server.port, secure: false, reconnect: false },
    channels: [],
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  try {
    await client.connect();
    await client.join('alpha');
    const heard = new Promise<[string, string | undefined]>((resolve) => {
      client.on('message', (_channel, tags, text) => resolve([text, tags['display-name']]));
    });
    server.broadcast('alpha', '@display-name=Ann;id=a :ann!ann@ann.tmi.twitch.tv PRIVMSG #alpha :hello');
    server.flush();
    expect(await heard).toEqual(['hello', 'Ann']);
    await client.part('alpha');
    expect(server.listeners('alpha')).toBe(0);
    await client.ping();
  } finally {
    await client.disconnect();
    await server.close();
  }
});
