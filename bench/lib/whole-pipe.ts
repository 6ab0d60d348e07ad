import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../src/config/settings.ts';
import { type Backlog, backlogOf } from './backlog.ts';
import { type Feed, type FollowedChannel, startFeed } from './chat-feed.ts';
import { type PipeBooks, readBooks } from './pipe-books.ts';
import { startPipeStack } from './pipe-stack.ts';
import { processCost } from './process-cost.ts';
import { metricsAt } from './role-run.ts';

export interface PipeOptions {
  readonly channels: number;
  readonly partitions: number;
  /** Processes that count and archive; the stack's own, and so many more. Default 1. */
  readonly processors?: number;
}

export interface PipeLoad {
  readonly rate: number;
  readonly seconds: number;
}

/** What one load did to the pipe. */
export interface PipeRun {
  readonly rate: number;
  /** Sent a second while it was measured: less than `rate` when the machine could not even send. */
  readonly sentPerSecond: number;
  /** Messages sent and not yet counted, or not yet archived, whichever is more. */
  readonly backlog: Backlog;
  /** CPU microseconds a message that went through, and resident MiB at the end, by process. */
  readonly cost: ReadonlyMap<string, { readonly cpuMicros: number; readonly residentMiB: number }>;
  readonly sent: number;
  /** From the first line until the last one was counted and archived, seconds. */
  readonly throughSeconds: number;
}

export interface WholePipe {
  readonly settings: Settings;
  /** Of a service of the stack. @throws Error when it has none of that name */
  pidOf(service: string): number;
  run(load: PipeLoad): Promise<PipeRun>;
  /** Chat at a rate, read by an ingestor, from when all its channels are joined until it is ended. */
  feed(rate: number, probe?: FollowedChannel): Promise<Feed>;
  /** What was counted and archived so far. */
  progress(): Promise<Progress>;
  books(): Promise<PipeBooks>;
  stop(): Promise<void>;
}

/** Messages since the pipe was started. */
export interface Progress {
  readonly counted: number;
  readonly archived: number;
}

/** A fresh pipe gets so long before anything is measured: JVMs compile, and `up` makes its class-data archives … */
export const FIRST_WARM_UP_MS = 60_000;
/** … and each run so long: compilers and caches. */
export const WARM_UP_MS = 10_000;
/** After a flood a slow machine has minutes of work left. */
const DRAIN_MS = 300_000;

/** The whole pipe as `twitchstats up` starts it, in a home of its own. Needs a build. */
export async function startWholePipe({
  channels,
  partitions,
  processors = 1,
}: PipeOptions): Promise<WholePipe> {
  const stack = await startPipeStack(partitions, processors);
  const { settings, metricsPorts } = stack;
  let seed = 0;
  const feed = (rate: number, probe?: FollowedChannel) =>
    startFeed(stack, { channels, rate, seed: ++seed, probe });

  return {
    settings,
    pidOf(service) {
      const pid = stack.pids.get(service);
      if (pid === undefined) throw new Error(`the stack has no ${service}`);
      return pid;
    },
    feed,
    progress: () => progress(metricsPorts),
    async run({ rate, seconds }) {
      const before = await progress(metricsPorts);
      const { sourcePid, ingestorPid, sent: sentSoFar, stop, end: endFeed } = await feed(rate);
      const firstLineAt = performance.now();
      try {
        const pids = new Map([...stack.pids, ['ingest', ingestorPid], ['simulate', sourcePid]]);
        const through = async () => {
          const { counted, archived } = await progress(metricsPorts);
          return Math.min(counted - before.counted, archived - before.archived);
        };
        await sleep(WARM_UP_MS);
        const [sentAtBegin, startedAt, costAtBegin] = [await sentSoFar(), performance.now(), costs(pids)];
        const samples: number[] = [];
        for (let second = 1; second <= seconds; second++) {
          await sleep(startedAt + second * 1000 - performance.now());
          // Asked first: what is sent in between counts as not through.
          const done = await through();
          samples.push((await sentSoFar()) - done);
        }
        const [sentAtEnd, endedAt, costAtEnd] = [await sentSoFar(), performance.now(), costs(pids)];
        const sent = await stop();
        const left = await drained(async () => sent - (await through()));
        if (left > 0) throw new Error(`${left} of ${sent} messages never arrived`);
        const throughSeconds = (performance.now() - firstLineAt) / 1000;
        const measured = sentAtEnd - sentAtBegin;
        const backlog = backlogOf(samples);
        // What waits yet has cost little so far.
        const handled = measured - backlog.growth;
        return {
          rate,
          sent,
          throughSeconds,
          sentPerSecond: (measured / (endedAt - startedAt)) * 1000,
          backlog,
          cost: new Map(
            [...costAtEnd].map(([name, { cpuMicros, residentMiB }]) => [
              name,
              { cpuMicros: (cpuMicros - (costAtBegin.get(name)?.cpuMicros ?? 0)) / handled, residentMiB },
            ]),
          ),
        };
      } finally {
        await endFeed();
      }
    },

    books: () => readBooks(settings),

    stop: stack.stop,
  };
}

/** Waits until nothing is on its way any more, for at most five minutes. @returns how many messages still are */
export async function drained(backlog: () => Promise<number>): Promise<number> {
  const deadline = Date.now() + DRAIN_MS;
  let left = await backlog();
  while (left > 0 && Date.now() < deadline) {
    await sleep(200);
    left = await backlog();
  }
  return left;
}

/** What all these runs sent. */
export function sentIn(runs: readonly PipeRun[]): number {
  return runs.reduce((sum, run) => sum + run.sent, 0);
}

/** Of all its processes together, the supervisor among them: CPU microseconds a message, resident MiB. */
export function totalCost({ cost }: PipeRun): { readonly cpuMicros: number; readonly residentMiB: number } {
  const sum = (of: (process: { cpuMicros: number; residentMiB: number }) => number) =>
    [...cost.values()].reduce((total, process) => total + of(process), 0);
  return { cpuMicros: sum(({ cpuMicros }) => cpuMicros), residentMiB: sum(({ residentMiB }) => residentMiB) };
}

function costs(pids: ReadonlyMap<string, number>) {
  return new Map([...pids].map(([name, pid]) => [name, processCost(pid)]));
}

/** What all processors have counted and archived since they started. */
async function progress(ports: readonly number[]): Promise<Progress> {
  const processors = await Promise.all(ports.map(metricsAt));
  const value = (name: string) =>
    processors.reduce((sum, metric) => sum + metric(`twitchstats_processor_${name}`), 0);
  return {
    counted: value('messages_counted_total'),
    archived: Math.min(
      value('archived_rows_total{table="messages"}'),
      value('archived_rows_total{table="messages_by_user"}'),
    ),
  };
}
