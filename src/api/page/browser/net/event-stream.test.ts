import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { channelView, type FakeStreamApi, startFakeStreamApi } from '../../../../testing/fake-stream-api.ts';
import { Api } from './api.js';
import { EventStream } from './event-stream.js';

const patience = { timeout: 20_000 };

describe('EventStream', { timeout: 30_000 }, () => {
  let server: FakeStreamApi;
  let stream: EventStream;
  let heard: string[];
  let phases: string[];
  let running: Promise<void>;

  beforeEach(async () => {
    server = await startFakeStreamApi();
    heard = [];
    phases = [];
    stream = new EventStream(new Api(`${server.url}/`), 'stream?events=stats', {
      onEvent: ({ event, data }) => heard.push(`${event} ${JSON.parse(data).message_count}`),
      onChange: ({ phase }, failure) => phases.push(failure ? `${phase} ${failure.status}` : phase),
    });
    running = stream.run();
  });
  afterEach(async () => {
    stream.close();
    await running;
    await server.close();
  });

  it('hears what is published, and comes back when the stream is dropped', async () => {
    await expect.poll(() => server.streams(), patience).toBe(1);
    server.publish(channelView('one', { message_count: 7 }));
    await expect.poll(() => heard, patience).toContain('stats 7');
    server.drop();
    await expect.poll(() => phases.join(), patience).toContain('waiting');
    await expect.poll(() => server.streams(), patience).toBe(1);
    server.publish(channelView('one', { message_count: 8 }));
    await expect.poll(() => heard, patience).toContain('stats 8');
  });

  it('goes on trying while it is refused, and says what it was told', async () => {
    await expect.poll(() => server.streams(), patience).toBe(1);
    server.refuse(true);
    server.drop();
    await expect.poll(() => phases, patience).toContain('waiting 503');
    expect(stream.link.reason).not.toBeNull();
    server.refuse(false);
    stream.retryNow();
    await expect.poll(() => server.streams(), patience).toBe(1);
  });

  it('ends at once when it is closed', async () => {
    await expect.poll(() => server.streams(), patience).toBe(1);
    stream.close();
    await running;
    await expect.poll(() => server.streams(), patience).toBe(0);
  });
});
