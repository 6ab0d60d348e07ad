import { expect, test } from 'vitest';
import { channelListSchema } from '../contract/api.ts';
import { buildTestApp } from '../testing/api-app.ts';

const start = 1_784_030_400_000;

test('the longest ids that a channel may have are read page by page too, and by themselves', async () => {
  const { app, cache } = await buildTestApp({ now: () => start + 60_000 });
  const ids = ['a', 'b', 'c'].map((first) => first + 'й'.repeat(255));
  for (const channel_id of ids) {
    const record = {
      channel_id,
      channel_name: channel_id,
      message_count: 1,
      window_start: start,
      window_end: start + 600_000,
      window_duration_seconds: 600,
      updated_at: start + 5000,
    };
    cache.apply(channel_id, Buffer.from(JSON.stringify(record)), start);
  }
  const found: string[] = [];
  for (let query: Record<string, string> | undefined = { limit: '1' }; query !== undefined; ) {
    const page = channelListSchema.parse((await app.inject({ url: '/api/channels', query })).json());
    found.push(...page.channels.map(({ channel_id }) => channel_id));
    query = page.next_cursor === null ? undefined : { limit: '1', cursor: page.next_cursor };
  }
  expect(found.sort()).toEqual(ids);
  const one = await app.inject(`/api/channels/${encodeURIComponent(ids[0] ?? '')}/stats`);
  expect(one.statusCode).toBe(200);
});
