import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createFilePlayer, toLineFile } from './file-player.ts';
import { type ChatServer, startChatServer } from './server.ts';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const say = (channel: string, text: string | number) =>
  `@room-id=7${channel.length} :ann!ann@x PRIVMSG #${channel} :${text}`;

async function playing(lines: readonly string[], settleMs = 50) {
  const file = toLineFile(lines);
  const server = await startChatServer({
    port: 0,
    roomId: (channel) => file.roomIds.get(channel),
    onJoined: () => player.joined(),
  });
  const player = createFilePlayer({ file, server, rate: 5000, settleMs });
  const stop = new AbortController();
  const played = player.play(stop.signal);
  cleanUps.push(async () => {
    stop.abort();
    await played;
    await server.close();
  });
  return { server, player, played };
}

async function client(server: ChatServer) {
  const socket = new WebSocket(server.url);
  const heard: string[] = [];
  socket.on('message', (data) => heard.push(...data.toString().split('\r\n').filter(Boolean)));
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send('CAP REQ :twitch.tv/tags twitch.tv/commands\r\nNICK justinfan1');
  cleanUps.push(() => socket.terminate());
  return {
    chat: () => heard.filter((line) => / (PRIVMSG|WHISPER|NOTICE) /.test(line)),
    heard,
    send: (line: string) => socket.send(line),
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

it('plays nothing before all channels are joined, then everything in order, once', async () => {
  const lines = Array.from({ length: 300 }, (_, index) => say(index % 3 === 0 ? 'beta' : 'alpha', index));
  const { server, played, player } = await playing(lines, 60_000);
  const ann = await client(server);
  ann.send('JOIN #alpha');
  await until(() => server.listeners('alpha') === 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(ann.chat()).toEqual([]);
  ann.send('JOIN #beta');
  await played;
  await until(() => ann.chat().length === 300);
  expect(ann.chat()).toEqual(lines);
  expect(player.progress()).toMatchObject({ sent: 300, waiting: 0 });
});

it('holds the lines of a channel that nobody is in, in order, until somebody is', async () => {
  const lines = Array.from({ length: 100 }, (_, index) => say(index % 2 === 0 ? 'beta' : 'alpha', index));
  const { server, played, player } = await playing(lines);
  const ann = await client(server);
  ann.send('JOIN #alpha');
  await until(() => ann.chat().length === 50);
  expect(player.progress()).toMatchObject({ waiting: 50, unheardChannels: ['beta'] });
  ann.send('JOIN #beta');
  await played;
  await until(() => ann.chat().length === 100);
  expect(ann.chat().slice(50)).toEqual(lines.filter((_, index) => index % 2 === 0));
});

it('answers a JOIN with the room-id of the file, and sends lines without a channel to everyone', async () => {
  const whisper = ':bob!bob@x WHISPER ann :psst';
  const { server, played } = await playing([say('alpha', 'hi'), whisper]);
  const ann = await client(server);
  ann.send('JOIN #alpha');
  await played;
  await until(() => ann.chat().length === 2);
  expect(ann.chat()[1]).toBe(whisper);
  expect(ann.heard.some((line) => line.includes('room-id=75') && line.endsWith('ROOMSTATE #alpha'))).toBe(
    true,
  );
});
