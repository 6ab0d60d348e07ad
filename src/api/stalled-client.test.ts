import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { buildTestApp } from '../testing/api-app.ts';

test('10 000 updates of 50 channels do not pile up behind a client that stops reading, and others go on', {
  timeout: 60_000,
}, async () => {
  const { app, cache, hub } = await buildTestApp();
  const responses: ServerResponse[] = [];
  app.server.on('request', (_request, response: ServerResponse) => responses.push(response));
  const url = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
  const stalled = connect(Number(url.port), '127.0.0.1');
  onTestFinished(() => {
    stalled.destroy();
  });
  stalled.write('GET /api/stream HTTP/1.1\r\nhost: localhost\r\n\r\n');
  stalled.pause();
  await vi.waitFor(() => expect(hub.clients).toBe(1));

  let largest = 0;
  for (let update = 1; update <= 10_000; update += 1) {
    const id = String(update % 50);
    const record = {
      channel_id: id,
      channel_name: `channel${id}`,
      message_count: update,
      window_start: 0,
      window_end: 600_000,
      window_duration_seconds: 600,
      top_chatters: Array.from({ length: 10 }, (_, user) => ({
        user_id: String(user),
        username: 'x'.repeat(200),
        count: 1,
      })),
      updated_at: Date.now(),
    };
    cache.apply(id, Buffer.from(JSON.stringify(record)), 0);
    // Every update goes out, as if each came after a pause.
    hub.flush();
    if (update % 100 === 0) await turn();
    largest = Math.max(largest, responses[0]?.writableLength ?? 0);
  }
  // Some 30 MB were offered; what the client did not take is one event a channel.
  expect(largest).toBeLessThan(1_000_000);

  const reader = await fetch(`${url.origin}/api/stream?events=stats&channel=7`);
  const chunks = reader.body?.getReader();
  const first = new TextDecoder().decode((await chunks?.read())?.value);
  const text = first.includes('event: stats')
    ? first
    : new TextDecoder().decode((await chunks?.read())?.value);
  expect(text).toContain('"message_count":9957');
  await chunks?.cancel();
});
