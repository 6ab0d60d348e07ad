/**
 * `npm run bench -- profile [--rate 12000] [--seconds 30] [--channels 200]`: where the CPU of each process goes while the
 * whole pipe carries that rate. JVMs by kind of thread, and their Java code by package, sampled by JDK Flight Recorder;
 * Node processes by our files and by packages, sampled by V8. Shares of less than 3 % are left out. Profiling costs time of
 * its own: for what a message costs, see `pipeline`. Needs a build; Linux only.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { closeBooks } from './lib/close-books.ts';
import { beginRecording, endRecording } from './lib/jvm-profile.ts';
import { profiledNode, readNodeProfile, toggleNodeProfile } from './lib/node-profile.ts';
import type { Result } from './lib/results.ts';
import { type Shares, sharesOf } from './lib/shares.ts';
import { spread } from './lib/statistics.ts';
import { threadTicks } from './lib/thread-cpu.ts';
import { FIRST_WARM_UP_MS, startWholePipe } from './lib/whole-pipe.ts';

const LEAST_PERCENT = 3;
const jvms: readonly string[] = ['kafka', 'cassandra', 'processor'];
const say = (line: string) => process.stdout.write(`${line}\n`);

export default async function profile(args: string[]): Promise<Result[]> {
  const { values } = parseArgs({
    args,
    options: {
      rate: { type: 'string', default: '12000' },
      seconds: { type: 'string', default: '30' },
      channels: { type: 'string', default: '200' },
    },
  });
  const directory = mkdtempSync(join(tmpdir(), 'twitchstats-bench-profile-'));
  const restore = setEnvironment(profiledNode(directory));
  try {
    return await profilePipe(directory, Number(values.channels), Number(values.rate), Number(values.seconds));
  } finally {
    restore();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** For all that is started from now on. @returns what sets the variables back */
function setEnvironment(variables: Readonly<Record<string, string>>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

async function profilePipe(
  directory: string,
  channels: number,
  rate: number,
  seconds: number,
): Promise<Result[]> {
  const pipe = await startWholePipe({ channels, partitions: 3 });
  try {
    const feed = await pipe.feed(rate);
    let sent: number;
    const found: [what: string, Shares][] = [];
    try {
      const nodes: readonly (readonly [string, number])[] = [
        ['ingest', feed.ingestorPid],
        ['simulate', feed.sourcePid],
        ['api', pipe.pidOf('api')],
      ];
      const machines = jvms.map((name) => [name, pipe.pidOf(name)] as const);
      await sleep(FIRST_WARM_UP_MS);
      const before = new Map(machines.map(([name, pid]) => [name, threadTicks(pid)]));
      await Promise.all(machines.map(([, pid]) => beginRecording(pid)));
      for (const [, pid] of nodes) toggleNodeProfile(pid);
      await sleep(seconds * 1000);
      for (const [, pid] of nodes) toggleNodeProfile(pid);
      for (const [name, pid] of machines)
        found.push([`${name}, threads`, threadShares(before.get(name), threadTicks(pid))]);
      for (const [name, pid] of machines)
        found.push([`${name}, Java code`, await endRecording(directory, pid)]);
      for (const [name, pid] of nodes) found.push([name, await readNodeProfile(directory, pid)]);
      sent = await feed.stop();
    } finally {
      await feed.end();
    }
    await closeBooks(pipe, sent, say);
    return found
      .sort(([a], [b]) => a.localeCompare(b))
      .flatMap(([what, shares]) => shares.map(([name, percent]) => ({ what: `${what}: ${name}`, percent })))
      .filter(({ percent }) => percent >= LEAST_PERCENT)
      .map(({ what, percent }) => ({ what, unit: '%', ours: spread([percent]) }));
  } finally {
    await pipe.stop();
  }
}

function threadShares(
  before: ReadonlyMap<string, number> | undefined,
  after: ReadonlyMap<string, number>,
): Shares {
  return sharesOf(
    new Map([...after].map(([name, ticks]) => [name, Math.max(0, ticks - (before?.get(name) ?? 0))])),
  );
}
