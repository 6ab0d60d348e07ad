import { mkdir } from 'node:fs/promises';
import { z } from 'zod';
import type { Settings } from '../../config/settings.ts';
import { httpProbe, tcpProbe } from '../health.ts';
import type { Jdk } from '../jdk.ts';
import { compileLater, guardedJvm, jvmEnv, prepareTmpDir } from '../jvm.ts';
import { CAN_WAIT } from '../niceness.ts';
import { packagePaths } from '../paths.ts';
import { defaultRestart, type ProcessService } from '../service.ts';
import { processorEnv } from './processor-env.ts';

export const processorRoles = ['count', 'archive', 'all'] as const;
export type ProcessorRole = (typeof processorRoles)[number];

export interface ProcessorServiceOptions {
  readonly jdk: Jdk;
  /** The processor's own libraries, without its jar. */
  readonly classPath: readonly string[];
  readonly settings: Settings;
  readonly role: ProcessorRole;
  /** Kafka Streams' local state; survives `down`, and is rebuilt from Kafka when it is gone. */
  readonly stateDir: string;
  readonly runDir: string;
  readonly port: number;
  readonly heapMb?: number;
  /** More JVM flags, such as those of a class-data archive. */
  readonly jvmFlags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The Scala processor: Kafka Streams counts, and the archive to Cassandra. */
export function processorService(options: ProcessorServiceOptions): ProcessService {
  const { settings, role, port, runDir, heapMb = 512 } = options;
  const program = processorProgram(options);
  return {
    kind: 'process',
    name: 'processor',
    // Not the schema: the archive part waits for Cassandra by itself, and the counts need none of it.
    dependsOn: ['topics'],
    // Counting starts without Cassandra; the archive is ready when the tables are there.
    ...(role === 'count' ? {} : { companions: ['schema'] as const }),
    ...guardedJvm({
      ...program,
      flags: [...program.flags, ...(options.jvmFlags ?? [])],
      heapMb,
      tmpDir: runDir,
    }),
    env: {
      ...jvmEnv,
      ...processorEnv(settings),
      PROCESSOR_HTTP_HOST: '127.0.0.1',
      PROCESSOR_HTTP_PORT: String(port),
      STATE_DIR: options.stateDir,
      ...options.env,
    },
    cwd: runDir,
    // What it has not read waits in Kafka; what the ingestor has not read, Twitch drops.
    niceness: CAN_WAIT,
    ports: { http: port },
    prepare: async () => {
      await prepareTmpDir(runDir);
      await mkdir(options.stateDir, { recursive: true });
    },
    ready: {
      periodMs: 100,
      probe: async (signal) => {
        await tcpProbe(port);
        const health = await httpProbe(
          `http://127.0.0.1:${port}/health`,
          signal,
          (document) => processorTrouble(document) ?? partsMissing(document, role),
        );
        const missing = partsMissing(health, role);
        if (missing !== undefined) throw new Error(missing);
        return partsReady(health, role);
      },
    },
    shutdown: { signal: 'SIGTERM', timeoutMs: 20_000 },
    restart: defaultRestart,
  };
}

/** What to run, for the service and for `twitchstats processor` alike. Our jar comes first: its logging wins. */
export function processorProgram({
  jdk,
  classPath,
  role,
}: Pick<ProcessorServiceOptions, 'jdk' | 'classPath' | 'role'>) {
  return {
    jdk,
    classPath: [packagePaths.processorJar, ...classPath],
    flags: ['-XX:+UseSerialGC', ...compileLater],
    mainClass: 'twitchstats.processor.Main',
    args: ['--role', role],
  };
}

const part = z.object({ state: z.string(), partitions: z.number(), reason: z.string().optional() });
const healthSchema = z.object({
  status: z.string(),
  streams: part.optional(),
  archiver: part.optional(),
  reason: z.string().optional(),
});

/** What a processor that does not work says is the reason, if it says one. */
export function processorTrouble(document: unknown): string | undefined {
  const health = healthSchema.safeParse(document).data;
  return health?.reason ?? health?.streams?.reason ?? health?.archiver?.reason;
}

/** Ready is more than 200: partitions must have been assigned to every part of the role. Says what is not, if any. */
function partsMissing(document: unknown, role: ProcessorRole): string | undefined {
  const health = healthSchema.safeParse(document);
  if (!health.success) return undefined;
  const { streams, archiver } = health.data;
  if (role !== 'archive' && (streams?.state !== 'RUNNING' || streams.partitions === 0))
    return `streams ${streams?.state ?? 'not started'}, ${streams?.partitions ?? 0} partitions`;
  if (role !== 'count' && (archiver === undefined || archiver.partitions === 0))
    return `archiver ${archiver?.state ?? 'not started'}, ${archiver?.partitions ?? 0} partitions`;
  return undefined;
}

function partsReady(document: unknown, role: ProcessorRole): string {
  const { streams, archiver } = healthSchema.parse(document);
  return [
    ...(role === 'archive' ? [] : [`counting ${streams?.partitions} partitions`]),
    ...(role === 'count' ? [] : [`archiving ${archiver?.partitions}`]),
  ].join(', ');
}
