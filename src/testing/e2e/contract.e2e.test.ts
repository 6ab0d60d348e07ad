import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { settingsSchema } from '../../config/settings.ts';
import { createKafka } from '../../kafka/client.ts';
import { createRecordSender } from '../../kafka/record-sender.ts';
import { type Cli, createCli, eventually } from './cli.ts';

const stackShape = z.object({
  settings: z.object({ KAFKA_BROKERS: z.string(), PORT: z.string() }),
  services: z.array(z.object({ name: z.string(), state: z.string(), pid: z.number().nullish() })),
});

describe('a stack without Twitch keeps the public contract', () => {
  let cli: Cli;
  let api: string;
  let kafkaPid = 0;

  beforeAll(async () => {
    cli = await createCli();
    const up = await cli.run(['up', '-d', '--ports', 'auto', 'processor', 'api']);
    expect(up.exitCode, up.stderr).toBe(0);
    const stack = stackShape.parse(await cli.json(['status']));
    api = `http://127.0.0.1:${stack.settings.PORT}/api`;
    kafkaPid = stack.services.find(({ name }) => name === 'kafka')?.pid ?? 0;
    expect(kafkaPid).toBeGreaterThan(0);
    await produceSixFields(stack.settings.KAFKA_BROKERS);
  });

  afterAll(async () => {
    if (kafkaPid > 0) process.kill(kafkaPid, 'SIGCONT');
    await cli.dispose();
  });

  it('counts a message of the six required fields', async () => {
    const { status, body } = await eventually(
      () => get(`${api}/channels/channel123/stats`),
      (answer) => answer.status === 200,
    );
    expect(status).toBe(200);
    expect(body).toMatchObject({ channel_id: 'channel123', channel_name: 'channel123', message_count: 1 });
  });

  it('answers 404 with a problem document for an unknown channel', async () => {
    const { status, type, body } = await get(`${api}/channels/nobody_here/stats`);
    expect(status).toBe(404);
    expect(type).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 404, title: expect.any(String) });
    const stats = await cli.run(['stats', 'nobody_here', '--json']);
    expect(stats.exitCode).toBe(1);
    expect(JSON.parse(stats.stderr)).toMatchObject({ error: { code: 'CHANNEL_UNKNOWN' } });
  });

  it('is 503 while Kafka stands still, and still serves the last counts', async () => {
    process.kill(kafkaPid, 'SIGSTOP');
    const { body } = await eventually(
      () => get(`${api}/health`),
      (answer) => answer.status === 503,
    );
    expect(body).toMatchObject({ services: { kafka: expect.not.stringMatching(/^connected$/) } });
    const stats = await get(`${api}/channels/channel123/stats`);
    expect(stats.status).toBe(200);
    expect(stats.body).toMatchObject({ message_count: 1, stale: true });
    process.kill(kafkaPid, 'SIGCONT');
    await eventually(
      () => get(`${api}/health`),
      (answer) => answer.status === 200,
    );
  });
});

async function get(url: string): Promise<{ status: number; type: string; body: unknown }> {
  const response = await fetch(url);
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: await response.json(),
  };
}

async function produceSixFields(brokers: string): Promise<void> {
  const kafka = createKafka(settingsSchema.parse({ KAFKA_BROKERS: brokers }), { clientId: 'someone-elses' });
  const sender = createRecordSender(kafka);
  await sender.connect();
  const value = {
    channel_id: 'channel123',
    user_id: 'user456',
    username: 'viewer123',
    message: 'Hello chat!',
    timestamp: Date.now(),
    emotes: ['Kappa', 'PogChamp'],
  };
  await sender.send([{ topic: 'twitch-chat-messages', key: 'channel123', value: JSON.stringify(value) }]);
  await sender.disconnect();
}
