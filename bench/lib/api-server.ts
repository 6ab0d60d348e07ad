/**
 * A server of the API benchmark, in a process of its own: `api-server.ts ours|bare CHANNELS`. `ours` is the real
 * application over a cache of so many channels, logging each request to a stream that nobody keeps; `bare` is Fastify with
 * one route that returns a constant of the same size, as text. Prints its URL; `updates N` on stdin starts N updates a
 * second, the one with `message_count` K due K / N seconds after the time (epoch ms) that it prints, one channel after the
 * other; `cpu` asks for the CPU time used so far, in microseconds. Ends with its stdin.
 */
import { createInterface } from 'node:readline';
import Fastify from 'fastify';
import { buildApi } from '../../src/api/app.ts';
import { createArchiveAccess } from '../../src/api/archive-access.ts';
import { createChannelLookup } from '../../src/api/channel-lookup.ts';
import { EventHub } from '../../src/api/event-hub.ts';
import { healthOf } from '../../src/api/health.ts';
import { createMetrics } from '../../src/api/metrics.ts';
import { StatsCache } from '../../src/api/stats-cache.ts';
import { processIo } from '../../src/cli/io.ts';
import { settingsSchema } from '../../src/config/settings.ts';
import { windowStart } from '../../src/contract/channel-stats.ts';
import { gatheredStream } from '../../src/output/gathered-stream.ts';
import { createLogger } from '../../src/output/logger.ts';

const windowMs = 600_000;
/** More than any channel has at first. */
const FIRST_COUNT = 10_000;
const [kind = 'ours', channels = '50'] = process.argv.slice(2);
const cache = new StatsCache();
for (let id = 1; id <= Number(channels); id += 1) update(id, 1000 + id);
cache.setStale(false);

const questions = createInterface({ input: process.stdin });
questions.on('line', (line) => {
  const { user, system } = process.cpuUsage();
  if (line === 'cpu') process.stdout.write(`${user + system}\n`);
});
// Who spoke to it has gone, killed perhaps.
questions.on('close', () => process.exit());
const url = kind === 'bare' ? await startBare() : await startOurs();
process.stdout.write(`${url}\n`);

async function startOurs(): Promise<string> {
  const settings = settingsSchema.parse({});
  const up = { connected: true, since: Date.now(), caughtUp: true, lag: 0, reason: undefined };
  const health = () => healthOf(up, up, cache.size, Date.now());
  const hub = new EventHub({ cache, health });
  cache.onChange((channelId) => hub.touch(channelId));
  setInterval(() => cache.tick(), 1000);
  const metrics = createMetrics({
    health,
    newestUpdate: () => cache.newestUpdate,
    invalidRecords: () => cache.invalidRecords,
    streamClients: () => hub.clients,
  });
  // As the command does it; the parent keeps nothing of it.
  const io = { ...processIo(), stderr: gatheredStream(process.stderr) };
  const logger = createLogger(io, { LOG_LEVEL: 'info', NODE_ENV: 'production' }, 'api');
  const archive = createArchiveAccess(settings, () => undefined);
  const lookup = createChannelLookup({ cache, archive, isCacheReady: () => true, onMiss: () => {}, logger });
  const app = await buildApi({ settings, cache, hub, archive, lookup, health, metrics, logger });
  questions.on('line', (line) => {
    const perSecond = Number(/^updates (\d+)$/.exec(line)?.[1]);
    if (Number.isNaN(perSecond)) return;
    let count = FIRST_COUNT;
    const zero = Date.now() - (count * 1000) / perSecond;
    process.stdout.write(`${zero}\n`);
    setInterval(() => {
      while ((count * 1000) / perSecond <= Date.now() - zero) update((count % Number(channels)) + 1, count++);
    }, 10);
  });
  return app.listen({ host: '127.0.0.1', port: 0 });
}

async function startBare(): Promise<string> {
  const answer = JSON.stringify(cache.find('1'));
  const app = Fastify();
  app.get('/api/channels/:channelId/stats', async (_, reply) => reply.type('application/json').send(answer));
  return app.listen({ host: '127.0.0.1', port: 0 });
}

function update(id: number, count: number): void {
  const start = windowStart(Date.now(), windowMs);
  const record = {
    channel_id: String(id),
    channel_name: `channel_${id}`,
    message_count: count,
    window_start: start,
    window_end: start + windowMs,
    window_duration_seconds: 600,
    unique_chatters: 311,
    top_emotes: ['Kappa', 'LUL', 'PogChamp', 'OMEGALUL'].map((emote) => ({ emote, count: 40 })),
    top_chatters: ['viewer', 'chatter', 'somebody'].map((username) => ({ user_id: '9', username, count: 9 })),
    last_message_at: Date.now(),
    updated_at: Date.now(),
  };
  cache.apply(record.channel_id, Buffer.from(JSON.stringify(record)), record.updated_at);
}
