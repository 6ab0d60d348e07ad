import { mkdir, readdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Jdk } from './jdk.ts';

export interface JvmProgram {
  readonly jdk: Jdk;
  readonly mainClass: string;
  readonly args: readonly string[];
  readonly classPath: readonly string[];
  /** Garbage collector, module access, system properties. */
  readonly flags: readonly string[];
  readonly heapMb: number;
  /** For native libraries that are unpacked at run time; must be there. */
  readonly tmpDir: string;
}

export interface JvmCall {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to ours. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Java takes file names to be of the locale (`sun.jnu.encoding`), also where there is none, as under cron or in a
 * container: ü in a home directory would be a file that is not found.
 */
export const jvmEnv = { LC_ALL: 'C.UTF-8' } as const;

/**
 * Makes the directory for what a JVM unpacks. RocksDB's library alone has 15 MB, has a new name each time, and stays after a
 * kill -9: those of before are removed.
 */
export async function prepareTmpDir(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const left = (await readdir(directory)).filter((name) => /\.(so|dylib|jnilib)(\.lck)?$/.test(name));
  await Promise.all(left.map((name) => rm(join(directory, name), { force: true })));
}

/**
 * A JVM under our Guard, which ends the program in order when its stdin ends: the supervisor holds the other end of that
 * pipe, so its death by any means ends the JVM.
 */
export function guardedJvm(program: JvmProgram): JvmCall {
  return {
    env: jvmEnv,
    command: join(program.jdk.home, 'bin', 'java'),
    args: [
      `-Xmx${program.heapMb}m`,
      ...commonFlags(program),
      ...program.flags,
      '-cp',
      program.classPath.join(delimiter),
      'twitchstats.launcher.Guard',
      program.mainClass,
      ...program.args,
    ],
  };
}

/** A JVM tool that ends by itself: no Guard, a small heap, only the first compiler, since it lives for a second. */
export function jvmTool(program: Omit<JvmProgram, 'heapMb'>): JvmCall {
  return {
    env: jvmEnv,
    command: join(program.jdk.home, 'bin', 'java'),
    args: [
      '-Xmx128m',
      '-XX:+UseSerialGC',
      compileOnce,
      ...commonFlags(program),
      ...program.flags,
      '-cp',
      program.classPath.join(delimiter),
      program.mainClass,
      ...program.args,
    ],
  };
}

/**
 * For a server that starts beside others on few CPUs: only what is four times as hot as the JVM asks by default goes to the
 * second compiler, which takes most of their CPU in the first minutes. HotSpot's defaults are 5 000 invocations, 600 with
 * 15 000 loops and invocations together, and 40 000 loops. docs/adr/0023-compilers-make-way-for-the-start.md
 */
export const compileLater: readonly string[] = [
  '-XX:Tier4InvocationThreshold=20000',
  '-XX:Tier4MinInvocationThreshold=2400',
  '-XX:Tier4CompileThreshold=60000',
  '-XX:Tier4BackEdgeThreshold=160000',
];

/** The first compiler alone: for a tool that lives for a second, and for Kafka, whose time goes into copying. Docs as above. */
export const compileOnce = '-XX:TieredStopAtLevel=1';

function commonFlags({ tmpDir }: Pick<JvmProgram, 'tmpDir'>): string[] {
  return [
    // A server that lost a thread to memory must end, so that it is restarted, not limp on.
    '-XX:+ExitOnOutOfMemoryError',
    // No /tmp/hsperfdata files.
    '-XX:-UsePerfData',
    `-Djava.io.tmpdir=${tmpDir}`,
    '-Dfile.encoding=UTF-8',
    '-Djava.awt.headless=true',
    // All listeners are on 127.0.0.1.
    '-Djava.net.preferIPv4Stack=true',
  ];
}
