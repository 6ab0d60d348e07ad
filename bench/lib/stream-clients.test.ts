import { createServer } from 'node:http';
import { afterAll, afterEach, expect, it } from 'vitest';
import { openStreams } from './stream-clients.ts';

const server = createServer((asked, answer) => {
  if (asked.url === '/refused') answer.writeHead(429).end();
  // Kept alive, a socket that ended would be used by the next test.
  else
    answer
      .writeHead(200, { connection: 'close' })
      .write(asked.url === '/mute' ? ': heartbeat' : 'data: hello');
  if (asked.url === '/short') setTimeout(() => answer.end(), 200);
});
const base = await new Promise<string>((resolve) => {
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    resolve(`http://127.0.0.1:${address.port}`);
  });
});

afterEach(() => server.closeAllConnections());
afterAll(() => server.close());

it('hears all streams', async () => {
  let heard = '';
  const streams = await openStreams([`${base}/one`, `${base}/two`], (chunk) => {
    heard += chunk;
  });
  await expect.poll(() => heard).toBe('data: hellodata: hello');
  expect(streams.lost()).toBe(0);
  streams.close();
});

it('refuses to go on when one of them was turned away', async () => {
  const opening = openStreams([`${base}/one`, `${base}/refused`], () => undefined);
  await expect(opening).rejects.toThrow('1 of 2 streams opened, 1 lost: status 429');
});

it('refuses to go on when nobody answers', async () => {
  const opening = openStreams(['http://127.0.0.1:1/'], () => undefined);
  await expect(opening).rejects.toThrow('0 of 1 streams opened, 1 lost: connect ECONNREFUSED');
});

it('says how many ended meanwhile', async () => {
  const streams = await openStreams([`${base}/one`, `${base}/short`], () => undefined);
  await expect.poll(streams.lost).toBe(1);
  streams.close();
});

it('says how many were told nothing lately, though they are open', async () => {
  let heard = 0;
  const streams = await openStreams([`${base}/one`, `${base}/mute`], () => heard++);
  await expect.poll(() => heard).toBe(2);
  expect(streams.silent(60_000)).toBe(1);
  expect(streams.silent(0)).toBe(2);
  streams.close();
});
