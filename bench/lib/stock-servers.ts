import { mkdirSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { probeCassandra } from '../../src/cassandra/probe.ts';
import { settingsSchema } from '../../src/config/settings.ts';
import { tcpProbe } from '../../src/stack/health.ts';
import { needJdk } from '../../src/stack/jdk-choice.ts';
import { guardedJvm, jvmTool } from '../../src/stack/jvm.ts';
import { packagePaths } from '../../src/stack/paths.ts';
import { freePorts } from '../../src/stack/ports.ts';
import { runTool, type ServiceProcess } from '../../src/stack/process.ts';
import { defaultRestart, type Probe, type ProcessService } from '../../src/stack/service.ts';
import { cassandraModuleAccess } from '../../src/stack/services/cassandra.ts';
import { startService } from '../../src/stack/start-service.ts';
import { testClassPaths } from '../../src/testing/embedded.ts';
import { kafkaAnswers } from './kafka-answers.ts';

const MIB = 1024 ** 2;

/**
 * Kafka and then Cassandra as their own start scripts would start them, with the settings and the JVM flags that they
 * come with (kafka-server-start.sh, config/server.properties; cassandra-env.sh, jvm17-server.options, cassandra.yaml),
 * one after the other, each waited for: until Kafka took a record and gave it back, until Cassandra answers a statement.
 * Gives how long that took, in ms, with the storage formatted beforehand.
 */
export async function startStockServers(
  directory: string,
): Promise<{ tookMs: number; stop(): Promise<void> }> {
  const [broker = 0, controller = 0, cql = 0, storage = 0, jmx = 0] = await freePorts(5);
  const settings = settingsSchema.parse({
    KAFKA_BROKERS: `127.0.0.1:${broker}`,
    CASSANDRA_HOSTS: `127.0.0.1:${cql}`,
  });
  const kafka = await stockKafka(join(directory, 'kafka'), broker, controller, async (signal) => {
    await tcpProbe(broker);
    await kafkaAnswers(settings, signal);
    return '';
  });
  const cassandra = await stockCassandra(join(directory, 'cassandra'), { cql, storage, jmx }, async () => {
    await tcpProbe(cql);
    return probeCassandra(settings);
  });
  const started = Date.now();
  const signal = AbortSignal.timeout(300_000);
  const processes: ServiceProcess[] = [];
  const stop = async () => {
    await Promise.all(processes.map((process) => process.terminate()));
  };
  try {
    for (const service of [kafka, cassandra]) {
      const logFile = join(directory, `${service.name}.log`);
      const { process } = await startService(service, { logFile, signal });
      processes.push(process);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { tookMs: Date.now() - started, stop };
}

async function stockKafka(
  directory: string,
  broker: number,
  controller: number,
  probe: Probe,
): Promise<ProcessService> {
  mkdirSync(directory, { recursive: true });
  const properties = join(directory, 'server.properties');
  writeFileSync(
    properties,
    `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controller}
listeners=PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}
inter.broker.listener.name=PLAINTEXT
advertised.listeners=PLAINTEXT://127.0.0.1:${broker}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
num.network.threads=3
num.io.threads=8
log.dirs=${directory}/data
num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
`,
  );
  const jvm = {
    jdk: needJdk('kafka'),
    classPath: [...(await testClassPaths()).kafka, packagePaths.processorJar],
    tmpDir: directory,
    flags: [],
  };
  const format = ['format', '--ignore-formatted', '-t', 'MkU3OEVBNTcwNTJENDM2Qg', '-c', properties];
  await runTool(
    'format',
    jvmTool({ ...jvm, mainClass: 'kafka.tools.StorageTool', args: format }),
    AbortSignal.timeout(60_000),
  );
  const flags = [
    '-Xms1g',
    '-server',
    '-XX:+UseG1GC',
    '-XX:MaxGCPauseMillis=20',
    '-XX:InitiatingHeapOccupancyPercent=35',
  ];
  return {
    ...service('kafka', directory, probe),
    ...guardedJvm({ ...jvm, flags, heapMb: 1024, mainClass: 'kafka.Kafka', args: [properties] }),
  };
}

async function stockCassandra(
  directory: string,
  { cql, storage, jmx }: { cql: number; storage: number; jmx: number },
  probe: Probe,
): Promise<ProcessService> {
  mkdirSync(directory, { recursive: true });
  const yaml = join(directory, 'cassandra.yaml');
  writeFileSync(
    yaml,
    JSON.stringify({
      cluster_name: 'Test Cluster',
      num_tokens: 16,
      allocate_tokens_for_local_replication_factor: 3,
      partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
      endpoint_snitch: 'SimpleSnitch',
      seed_provider: [
        {
          class_name: 'org.apache.cassandra.locator.SimpleSeedProvider',
          parameters: [{ seeds: `127.0.0.1:${storage}` }],
        },
      ],
      listen_address: '127.0.0.1',
      storage_port: storage,
      rpc_address: '127.0.0.1',
      native_transport_port: cql,
      commitlog_sync: 'periodic',
      commitlog_sync_period: '10000ms',
    }),
  );
  // cassandra-env.sh: max(min(½ of memory, 1 GiB), min(¼ of memory, 8 GiB)), taken at once and touched.
  const memoryMb = totalmem() / MIB;
  const heapMb = Math.floor(Math.max(Math.min(memoryMb / 2, 1024), Math.min(memoryMb / 4, 8192)));
  return {
    ...service('cassandra', directory, probe),
    ...guardedJvm({
      jdk: needJdk('cassandra'),
      classPath: [...(await testClassPaths()).cassandra, packagePaths.processorJar],
      tmpDir: directory,
      heapMb,
      flags: [
        `-Xms${heapMb}m`,
        ...['-XX:+AlwaysPreTouch', '-XX:+UseTLAB', '-XX:+ResizeTLAB', '-XX:+UseNUMA', '-Xss256k'],
        ...[
          '-XX:+UseG1GC',
          '-XX:+ParallelRefProcEnabled',
          '-XX:MaxTenuringThreshold=1',
          '-XX:G1HeapRegionSize=16m',
        ],
        ...[
          '-XX:G1RSetUpdatingPauseTimePercent=5',
          '-XX:MaxGCPauseMillis=300',
          '-XX:InitiatingHeapOccupancyPercent=70',
        ],
        ...cassandraModuleAccess,
        `-Dcassandra.config=file://${yaml}`,
        `-Dcassandra.storagedir=${directory}/data`,
        '-Dcassandra-foreground=yes',
        `-Dcassandra.jmx.local.port=${jmx}`,
      ],
      mainClass: 'org.apache.cassandra.service.CassandraDaemon',
      args: [],
    }),
  };
}

function service(
  name: 'kafka' | 'cassandra',
  cwd: string,
  probe: Probe,
): Omit<ProcessService, 'command' | 'args'> {
  return {
    kind: 'process',
    name,
    dependsOn: [],
    env: {},
    cwd,
    ports: {},
    ready: { probe, periodMs: 100 },
    shutdown: { signal: 'SIGTERM', timeoutMs: 30_000 },
    restart: defaultRestart,
  };
}
