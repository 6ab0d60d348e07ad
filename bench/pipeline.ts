/**
 * `npm run bench -- pipeline [--seconds 60] [--rates 4000,6000,8000,10000,12000,16000,18000,20000,22000,24000]
 * [--repetitions 2] [--warm-up 180] [--channels 200] [--partitions 3]`: chat server → sockets → ingestor → Kafka → counts
 * and Cassandra → API, everything on this machine, at each rate for so many seconds, from the lowest on. A rate is
 * sustained when in each of its runs the backlog grew by less than a second of messages, from the mean of the first ten
 * seconds to that of the last; the result is the highest with no failed one below it, so no rate above a failed one is
 * tried; 0 when the lowest one fails. The warm-up, in seconds at the first rate, is not measured: fresh JVMs compile, and
 * `up` makes its class-data archives (`cold` measures that). At the end the books are closed: rows and published counts
 * must be exactly what was sent. Needs a build; Linux only.
 */
import { parseArgs } from 'node:util';
import { closeBooks } from './lib/close-books.ts';
import type { Result } from './lib/results.ts';
import { spread } from './lib/statistics.ts';
import { type PipeRun, sentIn, startWholePipe, totalCost, WARM_UP_MS } from './lib/whole-pipe.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const whole = (number: number) => Math.round(number).toLocaleString('en-US');

export default async function pipeline(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '60' },
      rates: { type: 'string', default: '4000,6000,8000,10000,12000,16000,18000,20000,22000,24000' },
      repetitions: { type: 'string', default: '2' },
      'warm-up': { type: 'string', default: '180' },
      channels: { type: 'string', default: '200' },
      partitions: { type: 'string', default: '3' },
    },
  });
  const pipe = await startWholePipe({
    channels: Number(values.channels),
    partitions: Number(values.partitions),
  });
  const rates = values.rates
    .split(',')
    .map(Number)
    .sort((one, other) => one - other);
  const runs: PipeRun[] = [];
  let failed = Number.POSITIVE_INFINITY;
  try {
    const warmUpSeconds = Number(values['warm-up']) - WARM_UP_MS / 1000;
    const warmUp = await pipe.run({ rate: rates[0] ?? 0, seconds: warmUpSeconds });
    for (let round = 0; round < Number(values.repetitions); round++) {
      for (const rate of rates) {
        if (rate >= failed) break;
        const run = await pipe.run({ rate, seconds: Number(values.seconds) });
        runs.push(run);
        sayRun(run);
        if (!isSustained(run)) failed = rate;
      }
    }
    await closeBooks(pipe, sentIn([warmUp, ...runs]), say);
  } finally {
    await pipe.stop();
  }
  const what = `whole pipe, sustained for ${values.seconds} s, ${values.channels} channels`;
  const bar = { is: 'at least', bar: 10_000, aim: 20_000 } as const;
  const rate = rates.filter((of) => of < failed).at(-1);
  if (rate === undefined) {
    say('none of these rates is sustained here: ask for lower ones with --rates');
    // Kept, so that what an earlier commit could do does not stay.
    return [{ what, unit: 'msg/s', ours: spread([0]), bar }];
  }
  const sustained = runs.filter((run) => run.rate === rate);
  const names = [...(sustained[0]?.cost.keys() ?? [])];
  const cpuOf = (name: string) => sustained.map(({ cost }) => cost.get(name)?.cpuMicros ?? 0);
  return [
    {
      what: failed === Number.POSITIVE_INFINITY ? `${what}, no more was asked` : what,
      unit: 'msg/s',
      ours: spread([rate]),
      bar,
    },
    {
      what: 'CPU of all processes a message',
      unit: 'µs',
      ours: spread(sustained.map((run) => totalCost(run).cpuMicros)),
    },
    ...names.map((name) => ({
      what: `CPU of ${name} a message`,
      unit: 'µs',
      ours: spread(cpuOf(name)),
    })),
    {
      what: 'resident memory of all processes',
      unit: 'MiB',
      ours: spread(sustained.map((run) => totalCost(run).residentMiB)),
    },
  ];
}

function isSustained({ rate, sentPerSecond, backlog }: PipeRun): boolean {
  return sentPerSecond > 0.99 * rate && backlog.growth < rate;
}

function sayRun(run: PipeRun): void {
  const { rate, sentPerSecond, backlog, cost } = run;
  say(
    `${whole(rate)} msg/s: ${isSustained(run) ? 'sustained' : 'not sustained'}; ${whole(sentPerSecond)} sent a second, ` +
      `backlog ${whole(backlog.begin)} → ${whole(backlog.end)}, growth ${whole(backlog.growth)}`,
  );
  const parts = [...cost].map(
    ([name, { cpuMicros, residentMiB }]) => `${name} ${cpuMicros.toFixed(1)} µs ${whole(residentMiB)} MiB`,
  );
  say(`  CPU a message: ${totalCost(run).cpuMicros.toFixed(1)} µs: ${parts.join(', ')}`);
}
