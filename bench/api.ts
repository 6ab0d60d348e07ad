/**
 * `npm run bench -- api [--seconds 10] [--connections 50] [--repetitions 3] [--clients 1000]`: reads of a channel's stats
 * against a bare Fastify route that returns a constant, each server in a process of its own, in the same run; then so
 * many stream clients at once, with the delay from when an update was due to its arrival, also of those that came together
 * in one event; all of them must hear until the end, and of all updates.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { interleave } from './lib/compare.ts';
import { type LineProcess, runLines } from './lib/line-process.ts';
import type { Result } from './lib/results.ts';
import { quantile, spread } from './lib/statistics.ts';
import { openStreams, type StreamClients } from './lib/stream-clients.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
/** Each channel is updated 40 times in it. */
const HEARD_MS = 2000;

export default async function api(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '10' },
      connections: { type: 'string', default: '50' },
      repetitions: { type: 'string', default: '3' },
      clients: { type: 'string', default: '1000' },
    },
  });
  const reads = await compareReads(
    Number(values.seconds),
    Number(values.connections),
    Number(values.repetitions),
  );
  return [...reads, ...(await measureStream(Number(values.clients), Number(values.seconds)))];
}

async function compareReads(duration: number, connections: number, repetitions: number): Promise<Result[]> {
  say(`stats reads: ${connections} connections, ${duration} s a round, requests a second`);
  const p99 = new Map<string, number[]>();
  const cost = new Map<string, number[]>();
  const servers = { ours: await startServer('ours'), bare: await startServer('bare') };
  // The first round is the warm-up.
  const measured = (of: ReadonlyMap<string, number[]>, name: string) => spread((of.get(name) ?? []).slice(1));
  try {
    const contenders = (['ours', 'bare'] as const).map((name) => ({
      name,
      run: async () => {
        const url = `${servers[name].url}/api/channels/channel_7/stats`;
        const before = await servers[name].cpuMicros();
        const { requests, latency, non2xx, errors } = await autocannon({ url, connections, duration });
        const spent = (await servers[name].cpuMicros()) - before;
        if (non2xx + errors > 0) throw new Error(`${name}: ${non2xx} refused, ${errors} errors`);
        p99.set(name, [...(p99.get(name) ?? []), latency.p99]);
        cost.set(name, [...(cost.get(name) ?? []), spent / requests.total]);
        return requests.average;
      },
    }));
    const [ours, bare] = await interleave(contenders, repetitions, say);
    if (ours === undefined || bare === undefined) return [];
    for (const { name, figure } of [ours, bare]) {
      const { median, low, high } = figure;
      const [tail, cpu] = [measured(p99, name).median, measured(cost, name).median];
      say(
        `${name}: ${round(median)}/s (${round(low)}–${round(high)}), p99 ${tail} ms, ${cpu.toFixed(1)} µs of CPU a request`,
      );
    }
    const peerName = 'a bare Fastify route that returns a constant';
    return [
      {
        what: 'reads of a channel',
        unit: 'req/s',
        ours: ours.figure,
        peer: { name: peerName, figure: bare.figure },
        bar: { is: 'at least', bar: 0.5, aim: 0.85, isOwn: true },
      },
      {
        what: 'the slowest hundredth of them',
        unit: 'ms',
        ours: measured(p99, 'ours'),
        peer: { name: peerName, figure: measured(p99, 'bare') },
      },
    ];
  } finally {
    await Promise.all([servers.ours.end(), servers.bare.end()]);
  }
}

async function measureStream(clients: number, seconds: number): Promise<Result[]> {
  const channels = 50;
  const updates = 1000;
  say(`stream: ${clients} clients of one channel each, ${updates} updates a second on ${channels} channels`);
  const server = await startServer('ours');
  const delays: number[] = [];
  const heard = new Map<number, number>();
  let [events, zero] = [0, 0];
  let measuring = false;
  const hear = (chunk: Buffer, client: number) => {
    const count = Number(/.*"message_count":(\d+)/s.exec(chunk.toString('latin1'))?.[1]);
    if (Number.isNaN(count)) return;
    const before = heard.get(client) ?? count;
    heard.set(client, count);
    if (!measuring) return;
    events += 1;
    // Every update of the channel since the last event, the oldest of which waited longest.
    const now = Date.now();
    for (let of = count; of > before; of -= channels) delays.push(now - (zero + (of * 1000) / updates));
  };
  const urls = Array.from(
    { length: clients },
    (_, index) => `${server.url}/api/stream?events=stats&channel=channel_${(index % channels) + 1}`,
  );
  let streams: StreamClients | undefined;
  try {
    streams = await openStreams(urls, hear);
    await sleep(3000);
    server.say(`updates ${updates}`);
    zero = Number(await server.line());
    await sleep(1000);
    measuring = true;
    await sleep(seconds * 1000);
    measuring = false;
    const [lost, silent] = [streams.lost(), streams.silent(HEARD_MS)];
    const sorted = delays.sort((a, b) => a - b);
    say(`delivered: ${round(events / seconds)} events a second to ${clients} clients`);
    if (lost + silent > 0)
      throw new Error(
        `of ${clients} streams ${lost} ended, ${silent} were told nothing in the last ${HEARD_MS} ms; ${events} events came`,
      );
    const due = (clients * updates * seconds) / channels;
    if (sorted.length < 0.95 * due)
      throw new Error(`of ${round(due)} updates for all of them ${round(sorted.length)} arrived`);
    const [p50, p99] = [quantile(sorted, 0.5), quantile(sorted, 0.99)];
    say(`update to arrival: p50 ${p50} ms, p99 ${p99} ms (up to 100 ms of it coalescing)`);
    const what = `an update to ${clients} stream clients`;
    return [
      { what: `${what}, p50`, unit: 'ms', ours: spread([p50]) },
      { what: `${what}, p99`, unit: 'ms', ours: spread([p99]) },
    ];
  } finally {
    streams?.close();
    await server.end();
  }
}

interface Server extends LineProcess {
  readonly url: string;
  cpuMicros(): Promise<number>;
}

async function startServer(kind: 'ours' | 'bare'): Promise<Server> {
  // A log line a request goes to its stderr.
  const server = runLines('api-server.ts', [kind], 'ignore');
  return {
    ...server,
    url: await server.line(),
    async cpuMicros() {
      server.say('cpu');
      return Number(await server.line());
    },
  };
}

function round(value: number): string {
  return Math.round(value).toLocaleString('en');
}
