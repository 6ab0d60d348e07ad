import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import type { ArtefactName, ClassPaths } from './artefacts.ts';
import type { Jdk } from './jdk.ts';
import { jvmEnv } from './jvm.ts';
import { LEAST_URGENT, setNiceness } from './niceness.ts';
import { packagePaths } from './paths.ts';

/**
 * A class-data sharing archive of one server: its classes as the JVM would have parsed and verified them (JDK guide,
 * "Class Data Sharing"). Kafka then starts on 3.0 instead of 4.9 s of CPU.
 */
export interface ClassData {
  readonly name: string;
  readonly jdk: Jdk;
  readonly classPath: readonly string[];
  readonly archive: string;
  /** Written by a run without an archive: what to put in one. */
  readonly classList: string;
}

/** Those of a stack: our jar is last on the class path of the servers, for its Guard, and first on the processor's own. */
export function stackClassData(
  classPaths: ClassPaths,
  jdks: { readonly processor: Jdk; readonly cassandra: Jdk },
  cacheDir: string,
): Readonly<Record<ArtefactName, ClassData>> {
  const { processorJar: jar } = packagePaths;
  return {
    kafka: classData('kafka', jdks.processor, [...classPaths.kafka, jar], cacheDir),
    cassandra: classData('cassandra', jdks.cassandra, [...classPaths.cassandra, jar], cacheDir),
    processor: classData('processor', jdks.processor, [jar, ...classPaths.processor], cacheDir),
  };
}

/** Another JDK, another class path or a jar that was built anew is another archive: the JVM would refuse the old one. */
export function classData(name: string, jdk: Jdk, classPath: readonly string[], cacheDir: string): ClassData {
  const key = createHash('sha256')
    .update([jdk.home, jdk.version, ...classPath.flatMap(versionOf)].join('\0'))
    .digest('hex')
    .slice(0, 16);
  const base = join(cacheDir, `classes-${name}-${key}`);
  return { name, jdk, classPath, archive: `${base}.jsa`, classList: `${base}.txt` };
}

/** What the JVM compares as well. */
function versionOf(jar: string): string[] {
  const stats = statSync(jar, { throwIfNoEntry: false });
  return [jar, String(stats?.size), String(stats?.mtimeMs)];
}

/** JVM flags: use the archive, or note what belongs in one. */
export function classDataFlags(data: ClassData): string[] {
  return existsSync(data.archive) ? archiveFlags(data) : [`-XX:DumpLoadedClassList=${data.classList}`];
}

/** JVM flags: use the archive if there is one. One that does not fit is silently not used. */
export function archiveFlags({ archive }: ClassData): string[] {
  if (!existsSync(archive)) return [];
  return [`-XX:SharedArchiveFile=${archive}`, '-Xshare:auto', '-Xlog:cds=off', '-Xlog:cds+dynamic=off'];
}

/**
 * Makes the archive of a server that runs without one: in a process of its own, in the background, so that nothing waits
 * for it. Never fails: without an archive the next start is only slower.
 * @returns true when there is an archive now
 */
export async function makeArchive(data: ClassData, signal: AbortSignal): Promise<boolean> {
  const { archive, classList } = data;
  if (existsSync(archive)) return true;
  const [list, unfinished] = [`${classList}.${process.pid}`, `${archive}.${process.pid}`];
  try {
    // The server is still writing its last line.
    const noted = readFileSync(classList, 'utf8');
    writeFileSync(list, noted.slice(0, noted.lastIndexOf('\n') + 1));
    const code = await dump(data, list, unfinished, signal);
    if (code !== 0) return false;
    renameSync(unfinished, archive);
    for (const file of archivesOfBefore(data)) rmSync(file, { force: true });
    rmSync(classList, { force: true });
    return true;
  } catch {
    return false;
  } finally {
    for (const file of [list, unfinished]) rmSync(file, { force: true });
  }
}

/** Of another JDK, class path or version of a jar. */
function archivesOfBefore({ name, archive }: ClassData): string[] {
  const directory = dirname(archive);
  return readdirSync(directory)
    .filter(
      (file) => file.startsWith(`classes-${name}-`) && file.endsWith('.jsa') && file !== basename(archive),
    )
    .map((file) => join(directory, file));
}

/**
 * Runs a command and kills it when stdin ends, which is when we die: this JVM loads no class of ours, so it can have no
 * Guard. A background job of a shell has no stdin of its own, hence the other descriptor. TERM ends it as well.
 */
const diesWithStdin = `exec 3<&0
"$@" </dev/null & job=$!
{ read -r _ <&3; kill -9 $job; } 2>/dev/null & watch=$!
trap 'kill -9 $job' TERM
wait $job; code=$?
kill $watch 2>/dev/null
exit $code`;

function dump(
  { jdk, classPath }: ClassData,
  list: string,
  archive: string,
  signal: AbortSignal,
): Promise<number | null> {
  const child = spawn(
    'sh',
    [
      '-c',
      diesWithStdin,
      'sh',
      join(jdk.home, 'bin', 'java'),
      '-Xshare:dump',
      `-XX:SharedClassListFile=${list}`,
      `-XX:SharedArchiveFile=${archive}`,
      '-Xmx512m',
      '-XX:-UsePerfData',
      '-Xlog:disable',
      '-cp',
      classPath.join(delimiter),
    ],
    { stdio: ['pipe', 'ignore', 'ignore'], env: { ...process.env, ...jvmEnv }, detached: true, signal },
  );
  child.stdin.on('error', () => undefined);
  if (child.pid !== undefined) setNiceness(child.pid, LEAST_URGENT);
  return new Promise((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
}
