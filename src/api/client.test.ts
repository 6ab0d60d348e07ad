import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
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

it.each(['<!DOCTYPE html><title>Grafana</title>', 'Cannot GET /api/channels', ''])(
  'says that something else answers there: %j',
  async (page) => {
    const other = createServer((_, response) => response.writeHead(404).end(page));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const settings = settingsSchema.parse({ TWITCHSTATS_API_URL: `http://127.0.0.1:${port}` });
    await expect(fetchChannels(settings, AbortSignal.timeout(5000))).rejects.toThrow(/is not this API/);
  },
);
