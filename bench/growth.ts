/**
 * `npm run bench -- growth [--rate 2000] [--flood 30000] [--seconds 15] [--rows 10000,1000000]`: as channels, partitions and
 * processors grow, how many messages a second are counted and archived when more come than the pipe can take, from the
 * first until the last is through; then, always at the same rate, what a message costs and what the processes hold in
 * memory; then how long reads of a channel take as its partition grows. Each pipe is a fresh one, and its books must close.
 * Needs a build; Linux only.
 */
import { parseArgs } from 'node:util';
import { connectCassandra } from '../src/cassandra/client.ts';
import { archiveChat, chat } from '../src/testing/chat.ts';
import { closeBooks } from './lib/close-books.ts';
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
      flood: { type: 'string', default: '30000' },
      seconds: { type: 'string', default: '15' },
      rows: { type: 'string', default: '10000,1000000' },
    },
  });
  const results: Result[] = [];
  for (const options of pipes) {
    results.push(
      ...(await measurePipe(options, {
        rate: Number(values.rate),
        flood: Number(values.flood),
        seconds: Number(values.seconds),
      })),
    );
  }
  results.push(...(await measureReads(values.rows.split(',').map(Number))));
  return results;
}

interface Loads {
  /** A steady one, that every pipe can take, and one that none can: messages a second. */
  readonly rate: number;
  readonly flood: number;
  readonly seconds: number;
}

async function measurePipe(
  options: Required<PipeOptions>,
  { rate, flood, seconds }: Loads,
): Promise<Result[]> {
  const pipe = await startWholePipe(options);
  try {
    // First: what it costs to compile is the flood's, and the same for each pipe.
    const flooded = await pipe.run({ rate: flood, seconds });
    const steady = await pipe.run({ rate, seconds });
    await closeBooks(pipe, sentIn([flooded, steady]), say);
    const { cpuMicros: cpu, residentMiB: memory } = totalCost(steady);
    const what = `channels ${options.channels}, partitions ${options.partitions}, processors ${options.processors}`;
    const taken = flooded.sent / flooded.throughSeconds;
    say(
      `${what}: ${cpu.toFixed(0)} µs a message, ${memory.toFixed(0)} MiB, backlog ${steady.backlog.end}; ` +
        `of ${flooded.sentPerSecond.toFixed(0)} msg/s ${taken.toFixed(0)} are counted and archived`,
    );
    return [
      { what: `${what}: CPU a message`, unit: 'µs', ours: spread([cpu]) },
      { what: `${what}: resident memory`, unit: 'MiB', ours: spread([memory]) },
      { what: `${what}: counted and archived, of a flood`, unit: 'msg/s', ours: spread([taken]) },
    ];
  } finally {
    await pipe.stop();
  }
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
