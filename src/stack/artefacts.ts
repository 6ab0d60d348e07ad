import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { AppError } from '../contract/errors.ts';
import { parseJson } from '../contract/json-text.ts';
import type { Jdk } from './jdk.ts';
import { jvmEnv } from './jvm.ts';
import { packagePaths } from './paths.ts';

/** What can be resolved; the processor's own libraries as well, since its jar is thin. */
export const artefactNames = ['kafka', 'cassandra', 'processor'] as const;
export type ArtefactName = (typeof artefactNames)[number];
export type ClassPaths = Readonly<Record<ArtefactName, readonly string[]>>;

export interface FetchProgress {
  readonly name: ArtefactName;
  readonly done: number;
  readonly total: number;
  readonly bytes: number;
}

export interface ResolveOptions {
  readonly jdk: Jdk;
  /** Where resolved class paths are remembered. */
  readonly cacheDir: string;
  readonly jar?: string;
  /** Which are needed; the others come back empty. Default all. */
  readonly names?: readonly ArtefactName[];
  /** Never touch the network. */
  readonly offline?: boolean;
  readonly onProgress?: (progress: FetchProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * The jars of the servers and of the processor, absolute paths by name. Downloads what is missing (the jar's own
 * `resolve`, which is coursier with its default cache); with everything at hand it reads one small file a name.
 * @throws AppError PROCESSOR_NOT_BUILT, ARTEFACTS_MISSING
 */
export async function resolveClassPaths(options: ResolveOptions): Promise<ClassPaths> {
  const { jar = packagePaths.processorJar, cacheDir, names = artefactNames } = options;
  const hash = hashOfJar(jar);
  const file = (name: ArtefactName) => join(cacheDir, `classpath-${name}-${hash}.json`);
  const known = new Map<ArtefactName, readonly string[]>();
  for (const name of names) {
    const entries = remembered(file(name));
    if (entries !== undefined) known.set(name, entries);
  }
  const missing = names.filter((name) => !known.has(name));
  if (missing.length > 0) {
    await mkdir(cacheDir, { recursive: true });
    for (const [name, entries] of await runResolve(jar, missing, options)) {
      known.set(name, entries);
      const own = `${file(name)}.${process.pid}`;
      await writeFile(own, JSON.stringify(entries));
      await rename(own, file(name));
    }
  }
  const entries = (name: ArtefactName) => known.get(name) ?? [];
  return { kafka: entries('kafka'), cassandra: entries('cassandra'), processor: entries('processor') };
}

function hashOfJar(jar: string): string {
  try {
    return createHash('sha256').update(readFileSync(jar)).digest('hex').slice(0, 16);
  } catch (cause) {
    throw new AppError('PROCESSOR_NOT_BUILT', 'The processor’s jar is not there', { detail: jar, cause });
  }
}

const classPathSchema = z.array(z.string()).min(1);

/** Undefined when it was never resolved, or when a jar has gone since: a cache may be cleaned at any time. */
function remembered(file: string): string[] | undefined {
  try {
    const entries = classPathSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    return entries.every((entry) => existsSync(entry)) ? entries : undefined;
  } catch {
    return undefined;
  }
}

const name = z.enum(artefactNames);
const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), name, done: z.number(), total: z.number(), bytes: z.number() }),
  z.object({ type: z.literal('classpath'), name, entries: classPathSchema }),
  z.object({ type: z.literal('error'), name: name.optional(), message: z.string(), retryable: z.boolean() }),
]);

async function runResolve(
  jar: string,
  names: readonly ArtefactName[],
  { jdk, offline, onProgress, signal }: ResolveOptions,
): Promise<Map<ArtefactName, readonly string[]>> {
  const child = spawn(
    join(jdk.home, 'bin', 'java'),
    ['-Xmx256m', '-XX:-UsePerfData', '-jar', jar, 'resolve', ...names, ...(offline ? ['--offline'] : [])],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...jvmEnv },
      ...(signal === undefined ? {} : { signal }),
    },
  );
  const found = new Map<ArtefactName, readonly string[]>();
  const complaints: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk.toString()));
  const ended = new Promise<void>((resolve, reject) => {
    // An abort comes as an error of its own.
    child.once('error', (error) => reject(signal?.aborted ? signal.reason : error));
    child.once('close', () => resolve());
  });
  ended.catch(() => undefined);
  for await (const line of createInterface({ input: child.stdout })) {
    const parsed = parseLine(line);
    if (parsed?.type === 'progress') onProgress?.(parsed);
    else if (parsed?.type === 'classpath') found.set(parsed.name, parsed.entries);
    else if (parsed?.type === 'error') complaints.push(`${parsed.name ?? ''} ${parsed.message}`.trim());
  }
  await ended;
  const missing = names.filter((wanted) => !found.has(wanted));
  if (missing.length === 0) return found;
  throw new AppError('ARTEFACTS_MISSING', `Cannot fetch the libraries of ${missing.join(', ')}`, {
    detail: complaints.join('\n').trim().split('\n').slice(-8).join('\n'),
  });
}

function parseLine(line: string): z.infer<typeof lineSchema> | undefined {
  return lineSchema.safeParse(parseJson(line)).data;
}
