import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../../src/config/settings.ts';
import { withAdmin } from '../../src/kafka/admin.ts';
import { needJdk } from '../../src/stack/jdk-choice.ts';
import { freePorts } from '../../src/stack/ports.ts';
import { type ProcessorRole, processorService } from '../../src/stack/services/processor.ts';
import { startService } from '../../src/stack/start-service.ts';
import { testClassPaths } from '../../src/testing/embedded.ts';

export interface RoleRun {
  readonly recordsPerSecond: number;
  /** Microseconds of user and system time a record, of the whole JVM from its start on: compiling and collecting included. */
  readonly cpuMicros: number;
}

export interface DrainOptions {
  readonly settings: Settings;
  readonly role: Exclude<ProcessorRole, 'all'>;
  readonly env?: Readonly<Record<string, string>>;
  /** Where the chat topic ends, by partition. */
  readonly ends: ReadonlyMap<number, number>;
  /** Whether all it made of them is there: asked until it is, for 10 s, before the role is ended. Not measured. */
  readonly isComplete?: () => Promise<boolean>;
}

const METRIC = { count: 'records_in_total', archive: 'archived_rows_total{table="messages"}' } as const;
const STARTED_MS = 120_000;

/**
 * Starts one role of the real processor on a topic that is full, and ends it when everything is committed. The rate is
 * from the first look that sees a record done to the commit of the last one, and what was done before is not in it; the
 * CPU is all that the process took, for all records.
 */
export async function drainTopic({
  settings,
  role,
  env = {},
  ends,
  isComplete,
}: DrainOptions): Promise<RoleRun> {
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-bench-role-'));
  const [port = 0] = await freePorts(1);
  const service = processorService({
    jdk: needJdk('processor'),
    classPath: (await testClassPaths()).processor,
    settings,
    role,
    stateDir: join(directory, 'state'),
    runDir: directory,
    port,
    env,
  });
  const look = () => readMetrics(port, METRIC[role]);
  const probe = async () => {
    if ((await look()).records === 0) throw new Error('nothing was done yet');
    return 'at work';
  };
  const { process } = await startService(
    { ...service, ready: { periodMs: 20, probe } },
    { logFile: join(directory, 'processor.log'), signal: AbortSignal.timeout(STARTED_MS) },
  );
  try {
    const [first, startedAt] = [await look(), performance.now()];
    await untilCommitted(settings, groupOf(settings, role), ends);
    const seconds = (performance.now() - startedAt) / 1000;
    const last = await look();
    for (const deadline = Date.now() + 10_000; Date.now() < deadline; await sleep(500))
      if ((await isComplete?.()) !== false) break;
    return {
      recordsPerSecond: (sum(ends) - first.records) / seconds,
      cpuMicros: (last.cpuSeconds * 1e6) / sum(ends),
    };
  } finally {
    await process.terminate();
    await rm(directory, { recursive: true, force: true });
  }
}

/** A number of `/metrics`, 0 while it is not there, and the CPU time of the process. */
export async function readMetrics(
  port: number,
  name: string,
): Promise<{ readonly records: number; readonly cpuSeconds: number }> {
  const value = await metricsAt(port);
  return { records: value(`twitchstats_processor_${name}`), cpuSeconds: value('process_cpu_seconds_total') };
}

/** The metrics of a process on a loopback port, by name with labels; 0 while one is not there. */
export async function metricsAt(port: number): Promise<(metric: string) => number> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(5000) });
  const lines = (await response.text()).split('\n');
  return (metric) =>
    Number(lines.find((line) => line.startsWith(`${metric} `))?.slice(metric.length + 1) ?? 0);
}

export function groupOf(settings: Settings, role: 'count' | 'archive'): string {
  return role === 'count' ? settings.KAFKA_APPLICATION_ID : `${settings.KAFKA_APPLICATION_ID}-archiver`;
}

/**
 * Resolves when the group has committed all offsets below `ends` of the chat topic.
 * @throws Error when it has not within `withinMs`. Default: ten minutes
 */
export async function untilCommitted(
  settings: Settings,
  groupId: string,
  ends: ReadonlyMap<number, number>,
  withinMs = 600_000,
): Promise<void> {
  const topic = settings.KAFKA_TOPIC_CHAT_MESSAGES;
  const deadline = performance.now() + withinMs;
  const left = await withAdmin(settings, async (admin) => {
    for (;;) {
      const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
      const behind = sum(ends) - committedBelow(ends, committed?.partitions ?? []);
      if (behind === 0 || performance.now() > deadline) return behind;
      await sleep(25);
    }
  });
  if (left > 0) throw new Error(`${groupId} has left ${left} of ${sum(ends)} records after ${withinMs} ms`);
}

function committedBelow(
  ends: ReadonlyMap<number, number>,
  offsets: readonly { readonly partition: number; readonly offset: string }[],
): number {
  const of = ({ partition, offset }: { partition: number; offset: string }) =>
    Math.min(Math.max(0, Number(offset)), ends.get(partition) ?? 0);
  return offsets.reduce((total, at) => total + of(at), 0);
}

const sum = (ends: ReadonlyMap<number, number>) => [...ends.values()].reduce((total, end) => total + end, 0);
