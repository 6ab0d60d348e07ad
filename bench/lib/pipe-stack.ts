import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Settings, settingsSchema } from '../../src/config/settings.ts';
import { runningStack } from '../../src/stack/discover.ts';
import { packagePaths } from '../../src/stack/paths.ts';
import { freePorts } from '../../src/stack/ports.ts';
import { settingsEnv } from '../../src/stack/settings-env.ts';
import { undoable } from './undo.ts';
import { waitUntil } from './wait-until.ts';

/** A stack of `twitchstats up` in a home of its own, with as many processors as were asked for. */
export interface PipeStack {
  readonly home: string;
  readonly settings: Settings;
  /** Process ids by service, and of the `supervisor`; those of further processors as `processor 2` … */
  readonly pids: ReadonlyMap<string, number>;
  /** Of the `/metrics` of each processor. */
  readonly metricsPorts: readonly number[];
  stop(): Promise<void>;
}

interface Processor {
  readonly port: number;
  /** Of its JVM, and of the command that started that. */
  readonly pid: number;
  readonly parent: number;
  stop(): Promise<void>;
}

const services = ['kafka', 'cassandra', 'processor', 'api'];
const HEALTHY_MS = 60_000;

/** @throws Error when not all of it starts; then nothing of it is left */
export async function startPipeStack(partitions: number, processors: number): Promise<PipeStack> {
  const home = await mkdtemp(join(tmpdir(), 'twitchstats-bench-pipe-'));
  const others: Promise<Processor>[] = [];
  const stop = undoable(async () => {
    await Promise.allSettled(others.map(async (other) => (await other).stop()));
    await runCli(['down', '--home', home]);
    await rm(home, { recursive: true, force: true });
  });
  try {
    const up = await runCli(['up', ...services, '-d', '--ports', 'auto', '--home', home], {
      KAFKA_TOPIC_PARTITIONS: String(partitions),
    });
    if (up.exitCode !== 0) throw new Error(`the stack did not start\n${up.all}`);
    const stack = runningStack(home);
    if (stack === undefined) throw new Error('the stack does not run');
    const settings = settingsSchema.parse(stack.settings);
    const ports = await freePorts(processors - 1);
    others.push(...ports.map((port) => startProcessor(settings, port, `${home}-${port}`)));
    const started = await Promise.all(others);
    const own = stack.services.flatMap(({ name, process }) =>
      process === undefined ? [] : [[name as string, process.pid] as const],
    );
    const further = started.flatMap(({ pid, parent }, index) => [
      [`processor ${index + 2}`, pid] as const,
      [`command of processor ${index + 2}`, parent] as const,
    ]);
    return {
      home,
      settings,
      pids: new Map([...own, ['supervisor', stack.supervisor.pid], ...further]),
      metricsPorts: [settings.PROCESSOR_HTTP_PORT, ...ports],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function runCli(args: readonly string[], env: Record<string, string> = {}) {
  return execa(process.execPath, [packagePaths.cli, ...args], { env, reject: false, all: true });
}

/** One more processor, in a home of its own; ready when it has partitions. */
async function startProcessor(settings: Settings, port: number, home: string): Promise<Processor> {
  const child = execa(process.execPath, [packagePaths.cli, 'processor', '--home', home], {
    env: { ...settingsEnv(settings), PROCESSOR_HTTP_PORT: String(port) },
    reject: false,
    stdout: 'ignore',
    stderr: 'ignore',
  });
  const stop = async () => {
    child.kill();
    await child;
    await rm(home, { recursive: true, force: true });
  };
  const isReady = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    return response?.ok === true;
  };
  try {
    await waitUntil('a further processor that is healthy', isReady, { withinMs: HEALTHY_MS });
    const parent = child.pid ?? 0;
    const jvm = await execa('pgrep', ['--parent', String(parent)]);
    return { port, pid: Number(jvm.stdout.split('\n')[0]), parent, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
