/**
 * `npm run bench -- pipeline [--seconds 60] [--rates 12000,14000,16000,18000,20000] [--channels 200] [--partitions 3]`: chat
 * server → sockets → ingestor → Kafka → counts and Cassandra → API, everything on this machine, at each rate for so long. A
 * rate is sustained when the backlog did not grow by more than a second of messages; the result is the highest with no
 * failed one below it. The first minute at the first rate is not measured: fresh JVMs compile, and `up` makes its class-data
 * archives. At the end the books are closed: rows and published counts must be exactly what was sent. Needs a build; Linux
 * only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Result } from './lib/results.ts';
import { spread } from './lib/statistics.ts';
import { type PipeRun, startWholePipe, type WholePipe } from './lib/whole-pipe.ts';

const WARM_UP_SECONDS = 50;
const say = (line: string) => process.stdout.write(`${line}\n`);
const whole = (number: number) => Math.round(number).toLocaleString('en-US');

export default async function pipeline(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '60' },
      rates: { type: 'string', default: '12000,14000,16000,18000,20000' },
      channels: { type: 'string', default: '200' },
      partitions: { type: 'string', default: '3' },
    },
  });
  const pipe = await startWholePipe({
    channels: Number(values.channels),
    partitions: Number(values.partitions),
  });
  const rates = values.rates.split(',').map(Number);
  const runs: PipeRun[] = [];
  try {
    const warmUp = await pipe.run({ rate: rates[0] ?? 0, seconds: WARM_UP_SECONDS });
    for (const rate of rates) {
      const run = await pipe.run({ rate, seconds: Number(values.seconds) });
      runs.push(run);
      sayRun(run);
    }
    await closeBooks(pipe, [warmUp, ...runs]);
  } finally {
    await pipe.stop();
  }
  const failed = Math.min(...runs.filter((run) => !isSustained(run)).map(({ rate }) => rate));
  const sustained = runs.filter(({ rate }) => rate < failed).sort((a, b) => b.rate - a.rate)[0];
  if (sustained === undefined) return [];
  return [
    {
      what: `whole pipe, sustained for ${values.seconds} s, ${values.channels} channels`,
      unit: 'msg/s',
      ours: spread([sustained.rate]),
      bar: { is: 'at least', bar: 10_000, aim: 20_000 },
    },
    { what: 'CPU of all processes a message', unit: 'µs', ours: spread([totalMicros(sustained)]) },
    ...[...sustained.cost].map(([name, { cpuMicros }]) => ({
      what: `CPU of ${name} a message`,
      unit: 'µs',
      ours: spread([cpuMicros]),
    })),
  ];
}

function isSustained({ rate, sentPerSecond, backlog }: PipeRun): boolean {
  return sentPerSecond > 0.99 * rate && backlog.end - backlog.begin < rate;
}

function sayRun(run: PipeRun): void {
  const { rate, sentPerSecond, backlog, cost } = run;
  say(
    `${whole(rate)} msg/s: ${isSustained(run) ? 'sustained' : 'not sustained'}; ${whole(sentPerSecond)} sent a second, ` +
      `backlog ${whole(backlog.begin)} → ${whole(backlog.end)}`,
  );
  const parts = [...cost].map(
    ([name, { cpuMicros, residentMiB }]) => `${name} ${cpuMicros.toFixed(1)} µs ${whole(residentMiB)} MiB`,
  );
  say(`  CPU a message: ${totalMicros(run).toFixed(1)} µs: ${parts.join(', ')}`);
}

function totalMicros({ cost }: PipeRun): number {
  return [...cost.values()].reduce((sum, { cpuMicros }) => sum + cpuMicros, 0);
}

/** @throws when anything is missing or double: then none of the figures counts */
async function closeBooks(pipe: WholePipe, runs: readonly PipeRun[]): Promise<void> {
  const sent = runs.reduce((sum, run) => sum + run.sent, 0);
  let books = await pipe.books();
  // The last windows are written within a second or two.
  for (const deadline = Date.now() + 30_000; books.counted < sent && Date.now() < deadline; await sleep(1000))
    books = await pipe.books();
  const words = `sent ${whole(sent)}, rows ${whole(books.rows)}, counted ${whole(books.counted)}`;
  if (books.rows !== sent || books.counted !== sent) throw new Error(`the books do not close: ${words}`);
  say(`the books close: ${words}`);
}
