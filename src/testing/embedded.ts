import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { probeCassandra } from '../cassandra/probe.ts';
import { type Settings, settingsSchema } from '../config/settings.ts';
import { probeKafka } from '../kafka/probe.ts';
import { type ArtefactName, type ClassPaths, resolveClassPaths } from '../stack/artefacts.ts';
import { archiveFlags, type ClassData, stackClassData } from '../stack/class-data.ts';
import { tcpProbe } from '../stack/health.ts';
import { needJdk } from '../stack/jdk-choice.ts';
import { packagePaths } from '../stack/paths.ts';
import { chooseStackJdks } from '../stack/plan.ts';
import { freePorts, isPortFree } from '../stack/ports.ts';
import { signalGroup } from '../stack/process.ts';
import type { ProcessService } from '../stack/service.ts';
import { type CassandraServiceOptions, cassandraService } from '../stack/services/cassandra.ts';
import { type KafkaServiceOptions, kafkaService } from '../stack/services/kafka.ts';
import { type ProcessorServiceOptions, processorService } from '../stack/services/processor.ts';
import { startService } from '../stack/start-service.ts';

export interface EmbeddedServers {
  readonly kafkaBrokers: string;
  readonly cassandraHosts: string;
  /** Ends both and removes their data. @throws Error when a port is still held afterwards */
  stop(): Promise<void>;
}

export interface EmbeddedParts {
  readonly kafka: ProcessService;
  readonly cassandra: ProcessService;
}

/**
 * A real Kafka and a real Cassandra on free loopback ports, with data of their own, proven ready.
 * @param parts what to start, below `directory` and on `ports` (six)
 */
export async function startEmbeddedServers(
  signal = new AbortController().signal,
  parts: (
    directory: string,
    ports: readonly number[],
    classPaths: ClassPaths,
  ) => EmbeddedParts = embeddedServices,
): Promise<EmbeddedServers> {
  removeLeftovers();
  const directory = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  const ports = await freePorts(6);
  const services = parts(directory, ports, await testClassPaths());
  const failed = new AbortController();
  const pids: number[] = [];
  // Vitest ends the process on Ctrl-C without any teardown.
  const atExit = () => {
    for (const pid of pids) signalGroup(pid, 'SIGKILL');
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  process.once('exit', atExit);
  const starts = [services.kafka, services.cassandra].map((service) =>
    startService(service, {
      logFile: join(directory, `${service.name}.log`),
      signal: AbortSignal.any([signal, failed.signal]),
      onSpawn: ({ pid }) => pids.push(pid),
    }).catch((error: unknown) => {
      // The other one need not go on.
      failed.abort(error);
      throw error;
    }),
  );
  const settled = await Promise.allSettled(starts);
  const stop = async () => {
    await Promise.all(
      settled.map((start) => (start.status === 'fulfilled' ? start.value.process.terminate() : undefined)),
    );
    process.off('exit', atExit);
    await rm(directory, { recursive: true, force: true });
    const held = (
      await Promise.all(ports.map(async (port) => ((await isPortFree(port)) ? [] : [port])))
    ).flat();
    if (held.length > 0) throw new Error(`embedded servers left ports open: ${held.join(', ')}`);
  };
  const failure = settled.find((start) => start.status === 'rejected');
  if (failure !== undefined) {
    await stop();
    throw failure.reason;
  }
  const [kafka, , cql] = ports;
  return { kafkaBrokers: `127.0.0.1:${kafka}`, cassandraHosts: `127.0.0.1:${cql}`, stop };
}

const prefix = 'twitchstats-servers-';

/** What a run that was killed left behind; its servers ended with it. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    const [owner] = name.slice(prefix.length).split('-');
    if (!isAlive(Number(owner))) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** What servers that are not the plain ones have beside their own. */
export interface EmbeddedExtras {
  /** How a client reaches them, for the probes. */
  readonly settings: Settings;
  readonly kafka: Pick<KafkaServiceOptions, 'properties' | 'formatArgs'>;
  readonly cassandra: Pick<CassandraServiceOptions, 'jvmFlags' | 'yaml'>;
}

/** The two services as data, below `directory`. */
export function embeddedServices(
  directory: string,
  [kafka = 0, controller = 0, cql = 0, storage = 0, jmx = 0]: readonly number[],
  classPaths: ClassPaths,
  extras?: EmbeddedExtras,
  classFlags: (data: ClassData) => string[] = archiveFlags,
): EmbeddedParts {
  const classes = testClassData(classPaths);
  const plain = { KAFKA_BROKERS: `127.0.0.1:${kafka}`, CASSANDRA_HOSTS: `127.0.0.1:${cql}` };
  const settings = extras?.settings ?? settingsSchema.parse(plain);
  return {
    kafka: kafkaService({
      jdk: classes.kafka.jdk,
      classPath: classes.kafka.classPath,
      jvmFlags: classFlags(classes.kafka),
      dataDir: join(directory, 'data', 'kafka'),
      runDir: join(directory, 'run', 'kafka'),
      ports: { broker: kafka, controller },
      ...extras?.kafka,
      probe: async (signal) => {
        await tcpProbe(kafka);
        await probeKafka(settings, signal);
        return 'produced and consumed a record';
      },
    }),
    cassandra: cassandraService({
      jdk: classes.cassandra.jdk,
      classPath: classes.cassandra.classPath,
      dataDir: join(directory, 'data', 'cassandra'),
      runDir: join(directory, 'run', 'cassandra'),
      ports: { cql, storage, jmx },
      ...extras?.cassandra,
      jvmFlags: [...classFlags(classes.cassandra), ...(extras?.cassandra.jvmFlags ?? [])],
      probe: async () => {
        await tcpProbe(cql);
        return probeCassandra(settings);
      },
    }),
  };
}

/** What tests share of what a home directory has in its `cache`: beside the jar, which is where its validity comes from. */
export const testCaches = {
  classPaths: join(dirname(packagePaths.processorJar), 'class-paths'),
  classData: join(dirname(packagePaths.processorJar), 'class-data'),
};

export function testClassPaths(): Promise<ClassPaths> {
  return resolveClassPaths({ jdk: needJdk('processor'), cacheDir: testCaches.classPaths });
}

/** The archives that the JVMs of tests start from, if they are there: `npm test` makes them before its integration tests. */
export function testClassData(classPaths: ClassPaths): Readonly<Record<ArtefactName, ClassData>> {
  mkdirSync(testCaches.classData, { recursive: true });
  return stackClassData(classPaths, chooseStackJdks('local'), testCaches.classData);
}

/** The processor as tests start it. */
export async function testProcessorService(
  options: Omit<ProcessorServiceOptions, 'jdk' | 'classPath' | 'jvmFlags'>,
  classFlags: (data: ClassData) => string[] = archiveFlags,
): Promise<ProcessService> {
  const classPaths = await testClassPaths();
  const { processor } = testClassData(classPaths);
  const flags = { jdk: processor.jdk, classPath: classPaths.processor, jvmFlags: classFlags(processor) };
  return processorService({ ...options, ...flags });
}
