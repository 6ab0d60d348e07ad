import { expect, onTestFinished, test, vi } from 'vitest';
import { createKafka } from '../kafka/client.ts';
import { bootstrappedSettings } from '../testing/pipeline.ts';
import { startProcessor } from '../testing/processor.ts';
import { startApi } from '../testing/running-api.ts';

const waiting = { timeout: 40_000, interval: 100 };

test('a message with only the six fields, from any Kafka client, is counted, served and archived', {
  timeout: 180_000,
}, async () => {
  const settings = await bootstrappedSettings({ LOG_LEVEL: 'error' });
  const processor = await startProcessor(settings);
  onTestFinished(() => processor.stop());
  const api = await startApi(settings);
  const producer = createKafka(settings, { clientId: 'foreign' }).producer();
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  const now = Date.now();
  const messages = ['hello', 'Kappa 😀', '/me <b>waves</b>'].map((message, index) => ({
    key: 'channel123',
    value: JSON.stringify({
      channel_id: 'channel123',
      user_id: `user${index % 2}`,
      username: `viewer${index % 2}`,
      message,
      timestamp: now,
      emotes: index === 1 ? ['Kappa'] : [],
    }),
  }));
  await producer.send({ topic: settings.KAFKA_TOPIC_CHAT_MESSAGES, messages });

  const get = async (path: string) => {
    const response = await fetch(`${api.url}/api/channels/channel123${path}`);
    return { status: response.status, body: await response.json() };
  };
  const start = Math.floor(now / 600_000) * 600_000;
  await vi.waitFor(async () => {
    expect(await get('/stats')).toMatchObject({
      status: 200,
      body: {
        channel_id: 'channel123',
        message_count: 3,
        current_window: { start, end: start + 600_000, duration_seconds: 600 },
        unique_chatters: 2,
        top_emotes: [{ emote: 'Kappa', count: 1 }],
        last_message_at: now,
        source: 'cache',
      },
    });
  }, waiting);
  await vi.waitFor(async () => {
    const { body } = await get('/messages');
    const texts = (body as { messages: { message: string }[] }).messages.map(({ message }) => message);
    expect(texts.sort()).toEqual(['/me <b>waves</b>', 'Kappa 😀', 'hello']);
    expect(await get('/stats/history')).toMatchObject({ body: { windows: [{ message_count: 3 }] } });
    expect((await get('/users/user0/messages')).body).toMatchObject({
      messages: [{ user_id: 'user0' }, { user_id: 'user0' }],
      next_cursor: null,
    });
  }, waiting);
});
