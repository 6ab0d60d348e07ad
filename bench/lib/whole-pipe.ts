import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { type Settings, settingsSchema } from '../../src/config/settings.ts';
import { runningStack } from '../../src/stack/discover.ts';
import { packagePaths } from '../../src/stack/paths.ts';
import { freePorts } from '../../src/stack/ports.ts';
import { roomForTheYoung } from '../../src/stack/services/node-services.ts';
import { settingsEnv } from '../../src/stack/settings-env.ts';
import { type Backlog, backlogOf } from './backlog.ts';
import { type LineProcess, runLines } from './line-process.ts';
import { type PipeBooks, readBooks } from './pipe-books.ts';
import { processCost } from './process-cost.ts';
import { metricsAt } from './role-run.ts';
import { undoable } from './undo.ts';

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
  /** CPU microseconds a sent message, and resident MiB at the end, by process. */
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
  feed(rate: number, probe?: string): Promise<Feed>;
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

export interface Feed {
  readonly source: LineProcess;
  readonly ingestorPid: number;
  /** How many lines it has sent so far. */
  sent(): Promise<number>;
  /** It sends no more. @returns how many lines it has sent */
  stop(): Promise<number>;
  end(): Promise<void>;
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
  const home = await mkdtemp(join(tmpdir(), 'twitchstats-bench-pipe-'));
  const cli = (
    args: readonly string[],
    env: Record<string, string> = {},
    { detached = false, nodeFlags = [] as readonly string[] } = {},
  ) =>
    execa(process.execPath, [...nodeFlags, packagePaths.cli, ...args, '--home', home], {
      env,
      detached,
      reject: false,
      all: true,
    });
  const stop = undoable(async () => {
    await cli(['down']);
    await rm(home, { recursive: true, force: true });
  });
  const services = ['kafka', 'cassandra', 'processor', 'api'];
  const up = await cli(['up', ...services, '-d', '--ports', 'auto'], {
    KAFKA_TOPIC_PARTITIONS: String(partitions),
  });
  if (up.exitCode !== 0) throw new Error(`the stack did not start\n${up.all}`);
  const stack = runningStack(home);
  if (stack === undefined) throw new Error('the stack does not run');
  const settings = settingsSchema.parse(stack.settings);
  const servicePids = new Map(
    stack.services.flatMap(({ name, process }) =>
      process === undefined ? [] : [[name as string, process.pid]],
    ),
  );
  const others = await Promise.all(
    (await freePorts(processors - 1)).map((port) => startProcessor(settings, port, `${home}-${port}`)),
  );
  for (const [index, { pid }] of others.entries()) servicePids.set(`processor ${index + 2}`, pid);
  const metricsPorts = [settings.PROCESSOR_HTTP_PORT, ...others.map(({ port }) => port)];
  let seed = 0;

  const feed = async (rate: number, ...probe: string[]): Promise<Feed> => {
    const source = runLines('chat-source.ts', [channels, rate, ++seed, ...probe].map(String));
    const { url, channels: names } = JSON.parse(await source.line());
    // As the stack starts it: in a session of its own, since Linux shares the CPU among sessions, and to end with us.
    const ingestor = cli(
      ['ingest', '--joins-per-10s', '2000', '--log-level', 'warn', ...names],
      { ...settingsEnv(settings), TWITCH_IRC_URL: url, TWITCHSTATS_SUPERVISED: '1' },
      { detached: true, nodeFlags: roomForTheYoung },
    );
    await source.line();
    const ask = async (command: string) => {
      source.say(command);
      return Number(await source.line());
    };
    return {
      source,
      ingestorPid: ingestor.pid ?? 0,
      sent: () => ask('sent'),
      stop: () => ask('stop'),
      async end() {
        await source.end();
        ingestor.kill();
        await ingestor;
      },
    };
  };

  return {
    settings,
    pidOf(service) {
      const pid = servicePids.get(service);
      if (pid === undefined) throw new Error(`the stack has no ${service}`);
      return pid;
    },
    feed: (rate, probe) => feed(rate, ...(probe === undefined ? [] : [probe])),
    progress: () => progress(metricsPorts),
    async run({ rate, seconds }) {
      const { source, ingestorPid, sent: sentSoFar, stop, end: endFeed } = await feed(rate);
      const firstLineAt = performance.now();
      try {
        const pids = new Map([...servicePids, ['ingest', ingestorPid], ['simulate', source.pid]]);
        const before = await progress(metricsPorts);
        const backlog = async (sent: number) => {
          const { counted, archived } = await progress(metricsPorts);
          return sent - Math.min(counted - before.counted, archived - before.archived);
        };
        await sleep(WARM_UP_MS);
        const [sentAtBegin, startedAt, costAtBegin] = [await sentSoFar(), performance.now(), costs(pids)];
        const samples: number[] = [];
        for (let second = 1; second <= seconds; second++) {
          await sleep(startedAt + second * 1000 - performance.now());
          samples.push(await backlog(await sentSoFar()));
        }
        const [sentAtEnd, endedAt, costAtEnd] = [await sentSoFar(), performance.now(), costs(pids)];
        const sent = await stop();
        const left = await drained(() => backlog(sent));
        if (left > 0) throw new Error(`${left} of ${sent} messages never arrived`);
        const throughSeconds = (performance.now() - firstLineAt) / 1000;
        const measured = sentAtEnd - sentAtBegin;
        return {
          rate,
          sent,
          throughSeconds,
          sentPerSecond: (measured / (endedAt - startedAt)) * 1000,
          backlog: backlogOf(samples),
          cost: new Map(
            [...costAtEnd].map(([name, { cpuMicros, residentMiB }]) => [
              name,
              { cpuMicros: (cpuMicros - (costAtBegin.get(name)?.cpuMicros ?? 0)) / measured, residentMiB },
            ]),
          ),
        };
      } finally {
        await endFeed();
      }
    },

    books: () => readBooks(settings),

    async stop() {
      await Promise.all(others.map((other) => other.stop()));
      await stop();
    },
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

/** Of all its processes together: CPU microseconds a message, resident MiB. */
export function totalCost({ cost }: PipeRun): { readonly cpuMicros: number; readonly residentMiB: number } {
  const sum = (of: (process: { cpuMicros: number; residentMiB: number }) => number) =>
    [...cost.values()].reduce((total, process) => total + of(process), 0);
  return { cpuMicros: sum(({ cpuMicros }) => cpuMicros), residentMiB: sum(({ residentMiB }) => residentMiB) };
}

function costs(pids: ReadonlyMap<string, number>) {
  return new Map([...pids].map(([name, pid]) => [name, processCost(pid)]));
}

/** One more processor, in a home of its own; ready when it has partitions. */
async function startProcessor(settings: Settings, port: number, home: string) {
  const child = execa(process.execPath, [packagePaths.cli, 'processor', '--home', home], {
    env: { ...settingsEnv(settings), PROCESSOR_HTTP_PORT: String(port) },
    reject: false,
    stdout: 'ignore',
    stderr: 'ignore',
  });
  const isReady = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    return response?.ok === true;
  };
  for (const deadline = Date.now() + 60_000; !(await isReady()); await sleep(200)) {
    if (Date.now() > deadline) throw new Error('a second processor did not become healthy within 60 s');
  }
  const jvm = await execa('pgrep', ['--parent', String(child.pid)]);
  return {
    port,
    pid: Number(jvm.stdout.split('\n')[0]),
    async stop() {
      child.kill();
      await child;
      await rm(home, { recursive: true, force: true });
    },
  };
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
