import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { buildTestApp } from '../testing/api-app.ts';
import { inSlices } from './in-slices.ts';

test('a burst of more messages than may wait reaches a client that reads', async () => {
  const { app, hub } = await buildTestApp();
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(async () => {
    hub.close();
    await app.close();
  });
  const connected = once(app.server, 'request');
  const stream = fetch(`${origin}/api/stream?events=message`);
  await connected;
  const messages = Array.from({ length: 5000 }, (_, index) => ({
    channel_id: '1',
    channel_name: 'forsen',
    message_id: '0f6b2c1e-7a55-4d0b-9c57-1d2f6f0d9a11',
    user_id: '2',
    username: 'ann',
    message: `number ${index}.`,
    timestamp: 1,
    emotes: [],
  }));
  const { body } = await stream;
  const published = inSlices(messages, (message) => hub.publishMessage(message));
  let text = '';
  for await (const chunk of body ?? []) {
    text += Buffer.from(chunk).toString();
    if (text.includes('number 4999.') || text.includes('event: dropped')) break;
  }
  await published;
  expect(text).not.toContain('event: dropped');
  expect(text.match(/number \d+\./g)).toHaveLength(5000);
});
