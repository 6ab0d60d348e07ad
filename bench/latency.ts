/**
 * `npm run bench -- latency [--seconds 30] [--rates 100,1000,5000] [--channels 200]`: how long after a line was sent its
 * count is in `channel-stats` (committed), in the API's stream, and on the screen of `twitchstats watch`. Lines of one
 * channel, 20 a second, are followed through a pipe that carries the rest at each rate. The first minute is not measured:
 * fresh JVMs compile, and `up` makes its class-data archives. A rate that the rest did not reach does not count, nor does
 * a run whose rows and published counts are not exactly what was sent. Needs a build; Linux only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Settings } from '../src/config/settings.ts';
import { followEventStream } from '../src/dashboard/session/event-stream.ts';
import { readTopics } from '../src/kafka/topic-reader.ts';
import { roomIdOf } from '../src/simulator/rooms.ts';
import { packagePaths } from '../src/stack/paths.ts';
import { settingsEnv } from '../src/stack/settings-env.ts';
import { runNodeOnTerminal } from '../src/testing/pseudo-terminal.ts';
import { closeBooks } from './lib/close-books.ts';
import { mustBeSent } from './lib/must-be-sent.ts';
import { Probe, type Sighting } from './lib/probe.ts';
import type { Result } from './lib/results.ts';
import { quantile, spread } from './lib/statistics.ts';
import { drained, FIRST_WARM_UP_MS, startWholePipe, type WholePipe } from './lib/whole-pipe.ts';

const WARM_UP_MS = 15_000;
/** What was not seen so long after the last line counts as missed. */
const PATIENCE_MS = 30_000;
const say = (line: string) => process.stdout.write(`${line}\n`);

export default async function latency(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '30' },
      rates: { type: 'string', default: '100,1000,5000' },
      channels: { type: 'string', default: '200' },
    },
  });
  const pipe = await startWholePipe({ channels: Number(values.channels), partitions: 3 });
  const results: Result[] = [];
  let sent = 0;
  try {
    for (const [index, rate] of values.rates.split(',').map(Number).entries()) {
      const warmUpMs = index === 0 ? FIRST_WARM_UP_MS : WARM_UP_MS;
      const load = { rate, warmUpMs, measuredMs: Number(values.seconds) * 1000, sentBefore: sent };
      const measured = await measure(pipe, load);
      for (const [where, all] of measured.delays) results.push(...resultsOf(rate, where, all));
      sent += measured.sent;
    }
    await closeBooks(pipe, sent, say);
  } finally {
    await pipe.stop();
  }
  return results;
}

interface Load {
  /** Lines a second of all channels but the followed one. */
  readonly rate: number;
  readonly warmUpMs: number;
  readonly measuredMs: number;
  /** Lines that went through the pipe at other rates. */
  readonly sentBefore: number;
}

/** @returns milliseconds by observer, and how many lines were sent, warm-up and followed channel included */
async function measure(
  pipe: WholePipe,
  { rate, warmUpMs, measuredMs, sentBefore }: Load,
): Promise<{ delays: ReadonlyMap<string, readonly number[]>; sent: number }> {
  await withinOneWindow(pipe.settings, warmUpMs + measuredMs + PATIENCE_MS);
  const ended = new AbortController();
  const probe = new Probe();
  // Another channel each time: counts go on within a window.
  const channel = `latency_probe_${rate}`;
  const feed = await pipe.feed(rate, { name: channel, onSent: (at) => probe.sent(at) });
  const observing = Promise.all([
    observeTopic(pipe.settings, channel, probe.sighting('in channel-stats'), ended.signal),
    observeApi(pipe.settings, channel, probe.sighting('in the API’s stream'), ended.signal),
    observeScreen(pipe.settings, channel, probe.sighting('on the screen'), ended.signal),
  ]);
  // Told at the end.
  observing.catch(() => undefined);
  try {
    await sleep(warmUpMs);
    const [sentAtBegin, startedAt] = [await feed.sent(), performance.now()];
    probe.begin();
    await sleep(measuredMs);
    probe.finish();
    const seconds = (performance.now() - startedAt) / 1000;
    const sentPerSecond = ((await feed.sent()) - sentAtBegin) / seconds;
    say(`${rate} msg/s: ${Math.round(sentPerSecond)} sent a second`);
    mustBeSent(rate, sentPerSecond);
    for (const deadline = Date.now() + PATIENCE_MS; !probe.isComplete && Date.now() < deadline; )
      await sleep(100);
    const sent = (await feed.stop()) + probe.lines;
    // The ingestor ends with the feed: what it has not read yet would be lost.
    await drained(async () => {
      const { counted, archived } = await pipe.progress();
      return sentBefore + sent - Math.min(counted, archived);
    });
    return { delays: probe.delays(), sent };
  } finally {
    ended.abort();
    await feed.end();
    await observing;
  }
}

/** Counts begin anew with each window. */
async function withinOneWindow({ WINDOW_SIZE_SECONDS }: Settings, neededMs: number): Promise<void> {
  const windowMs = WINDOW_SIZE_SECONDS * 1000;
  const leftMs = windowMs - (Date.now() % windowMs);
  if (leftMs < neededMs) await sleep(leftMs + 1000);
}

async function observeTopic(
  settings: Settings,
  channel: string,
  sighting: Sighting,
  signal: AbortSignal,
): Promise<void> {
  const key = roomIdOf(channel);
  const reader = readTopics(settings, {
    clientId: 'bench-latency',
    groupId: `bench-latency-${Date.now()}`,
    topics: [{ topic: settings.KAFKA_TOPIC_STATS, from: 'end' }],
    onRecords: (records) => {
      for (const record of records) if (record.key === key) sighting(countIn(String(record.value)));
    },
    signal,
  });
  await reader.done;
}

async function observeApi(
  settings: Settings,
  channel: string,
  sighting: Sighting,
  signal: AbortSignal,
): Promise<void> {
  const url = new URL(`/api/stream?events=stats&channel=${channel}`, settings.TWITCHSTATS_API_URL);
  await followEventStream({ url, signal, onEvent: ({ data }) => sighting(countIn(data)) });
}

async function observeScreen(
  settings: Settings,
  channel: string,
  sighting: Sighting,
  signal: AbortSignal,
): Promise<void> {
  const terminal = runNodeOnTerminal([packagePaths.cli, 'watch', channel], { env: settingsEnv(settings) });
  const look = setInterval(() => {
    const shown = / (\d[\d,]*) messages {2}/.exec(terminal.screen().join('\n'))?.[1];
    if (shown !== undefined) sighting(Number(shown.replace(/\D/g, '')));
  }, 5);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  clearInterval(look);
  terminal.kill('SIGTERM');
  await terminal.ended;
}

function countIn(json: string): number | undefined {
  const count = /"message_count":(\d+)/.exec(json)?.[1];
  return count === undefined ? undefined : Number(count);
}

function resultsOf(rate: number, where: string, delays: readonly number[]): Result[] {
  const sorted = [...delays].sort((a, b) => a - b);
  const [p50 = 0, p99 = 0, max = 0] = [0.5, 0.99, 1].map((q) => Math.round(quantile(sorted, q)));
  say(`${rate} msg/s, ${where}: p50 ${p50} ms, p99 ${p99} ms, max ${max} ms (${sorted.length} lines)`);
  const isJudged = rate === 1000 && where.includes('API');
  const bar = (most: number) => (isJudged ? { bar: { is: 'at most' as const, bar: most } } : {});
  const what = `${rate} msg/s: line sent until ${where}`;
  return [
    { what: `${what}, p50`, unit: 'ms', ours: spread([p50]), ...bar(200) },
    { what: `${what}, p99`, unit: 'ms', ours: spread([p99]), ...bar(500) },
    { what: `${what}, longest`, unit: 'ms', ours: spread([max]) },
  ];
}
