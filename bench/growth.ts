/**
 * `npm run bench -- growth [--rate 2000] [--flood 12000] [--seconds 15] [--rows 10000,1000000,5000000] [--repetitions 3]`: as
 * channels, partitions and processors grow, how many messages a second are counted and archived when more come than the
 * pipe can take, from the first until the last is through; then, always at the same rate, what a message costs and what the
 * processes hold in memory; then how long reads of a channel take as its partition grows. Each pipe is a fresh one, all of
 * them in turn, and its books must close; a load that was not sent as asked does not count. Needs a build; Linux only.
 */
import { parseArgs } from 'node:util';
import { connectCassandra } from '../src/cassandra/client.ts';
import { archiveChat, chat } from '../src/testing/chat.ts';
import { closeBooks } from './lib/close-books.ts';
import { inTurn } from './lib/compare.ts';
import { mustBeSent } from './lib/must-be-sent.ts';
import type { Result } from './lib/results.ts';
import { benchServers } from './lib/servers.ts';
import { spread } from './lib/statistics.ts';
import { type PipeOptions, sentIn, startWholePipe, totalCost } from './lib/whole-pipe.ts';

const pipes: readonly Required<PipeOptions>[] = [
  ...[10, 100, 1000, 5000].map((channels) => ({ channels, partitions: 3, processors: 1 })),
  ...[1, 12].map((partitions) => ({ channels: 100, partitions, processors: 1 })),
  { channels: 100, partitions: 3, processors: 2 },
];
const READS = 21;
const PAGE = 100;
const say = (line: string) => process.stdout.write(`${line}\n`);

export default async function growth(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({
    args,
    options: {
      rate: { type: 'string', default: '2000' },
      flood: { type: 'string', default: '12000' },
      seconds: { type: 'string', default: '15' },
      rows: { type: 'string', default: '10000,1000000,5000000' },
      repetitions: { type: 'string', default: '3' },
    },
  });
  const loads = {
    rate: Number(values.rate),
    flood: Number(values.flood),
    seconds: Number(values.seconds),
  };
  const measured = await inTurn(pipes, Number(values.repetitions), say, (options) =>
    measurePipe(options, loads),
  );
  return [
    ...measured.flatMap(({ thing, figures }) => resultsOf(thing, figures)),
    ...(await measureReads(values.rows.split(',').map(Number))),
  ];
}

interface Loads {
  /** A steady one, that every pipe can take, and one that none can: messages a second. */
  readonly rate: number;
  readonly flood: number;
  readonly seconds: number;
}

/** Of one run of one pipe. */
interface Figures {
  /** Microseconds a message, at the steady load. */
  readonly cpu: number;
  /** MiB, at its end. */
  readonly memory: number;
  /** Of the flood, messages a second. */
  readonly taken: number;
}

async function measurePipe(
  options: Required<PipeOptions>,
  { rate, flood, seconds }: Loads,
): Promise<Figures> {
  const pipe = await startWholePipe(options);
  try {
    // First: what it costs to compile is the flood's, and the same for each pipe.
    const flooded = await pipe.run({ rate: flood, seconds });
    const steady = await pipe.run({ rate, seconds });
    for (const run of [flooded, steady]) mustBeSent(run.rate, run.sentPerSecond);
    await closeBooks(pipe, sentIn([flooded, steady]), say);
    const { cpuMicros: cpu, residentMiB: memory } = totalCost(steady);
    const taken = flooded.sent / flooded.throughSeconds;
    say(
      `${nameOf(options)}: ${cpu.toFixed(0)} µs a message, ${memory.toFixed(0)} MiB, backlog ${steady.backlog.end}; ` +
        `of ${flooded.sentPerSecond.toFixed(0)} msg/s ${taken.toFixed(0)} are counted and archived`,
    );
    return { cpu, memory, taken };
  } finally {
    await pipe.stop();
  }
}

function resultsOf(options: Required<PipeOptions>, figures: readonly Figures[]): Result[] {
  const result = (what: string, unit: string, of: (figures: Figures) => number): Result => ({
    what: `${nameOf(options)}: ${what}`,
    unit,
    ours: spread(figures.map(of)),
  });
  return [
    result('CPU a message', 'µs', ({ cpu }) => cpu),
    result('resident memory', 'MiB', ({ memory }) => memory),
    result('counted and archived, of a flood', 'msg/s', ({ taken }) => taken),
  ];
}

function nameOf({ channels, partitions, processors }: Required<PipeOptions>): string {
  return `channels ${channels}, partitions ${partitions}, processors ${processors}`;
}

/** The newest page of a channel, and one from its middle, as the API reads them. */
async function measureReads(sizes: readonly number[]): Promise<Result[]> {
  const { settings, stop } = await benchServers(undefined, undefined);
  const session = await connectCassandra(settings);
  const table = `${settings.CASSANDRA_KEYSPACE}.${settings.CASSANDRA_TABLE}`;
  const results: Result[] = [];
  try {
    for (const [index, rows] of sizes.entries()) {
      const channel = String(70_001 + index);
      const start = Date.now() - 3_600_000;
      for (let from = 0; from < rows; from += 20_000) {
        const messages = Math.min(20_000, rows - from);
        await archiveChat(
          settings,
          chat({ seed: from + 1, messages, start: start + from, stepMs: 1, channels: [channel] }),
        );
      }
      const reads = [
        ['newest', Number.MAX_SAFE_INTEGER],
        ['middle', start + rows / 2],
      ] as const;
      for (const [where, before] of reads) {
        const tookMs: number[] = [];
        for (let read = 0; read < READS; read++) {
          const startedAt = performance.now();
          await session.query(`SELECT * FROM ${table} WHERE channel_id = ? AND timestamp < ? LIMIT ${PAGE}`, [
            channel,
            before,
          ]);
          tookMs.push(performance.now() - startedAt);
        }
        const figure = spread(tookMs);
        say(`${rows} rows, ${where} ${PAGE}: ${figure.median.toFixed(1)} ms`);
        results.push({ what: `${rows} rows in a channel: the ${where} ${PAGE}`, unit: 'ms', ours: figure });
      }
    }
  } finally {
    await session.close();
    await stop();
  }
  return results;
}
