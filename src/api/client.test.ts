import { expect, it } from 'vitest';
import { settingsSchema } from '../config/settings.ts';
import { buildTestApp } from '../testing/api-app.ts';
import { fetchChannels } from './client.ts';

const start = 1_784_030_400_000;

it('reads all channels, the busiest first, also when one page does not hold them', async () => {
  const { app, cache } = await buildTestApp({ now: () => start + 60_000 });
  const counts = Array.from({ length: 10_001 }, (_, index) => 20_000 - index);
  for (const [index, count] of counts.entries()) {
    const record = {
      channel_id: String(index),
      channel_name: `channel${index}`,
      message_count: count,
      window_start: start,
      window_end: start + 600_000,
      window_duration_seconds: 600,
      updated_at: start,
    };
    cache.apply(record.channel_id, Buffer.from(JSON.stringify(record)), start);
  }
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const settings = settingsSchema.parse({ TWITCHSTATS_API_URL: url });
  const channels = await fetchChannels(settings, AbortSignal.timeout(30_000));
  expect(channels.map(({ message_count }) => message_count)).toEqual(counts);
});
