import { join } from 'node:path';
import { probeCassandra } from '../cassandra/probe.ts';
import type { Settings } from '../config/settings.ts';
import { probeKafka } from '../kafka/probe.ts';
import type { ClassPaths } from './artefacts.ts';
import { type ChatSource, stackChannels } from './chat-source.ts';
import { type ClassData, classDataFlags, stackClassData } from './class-data.ts';
import { tcpProbe } from './health.ts';
import { findJdks, type Jdk } from './jdk.ts';
import { needJdk } from './jdk-choice.ts';
import { ownServers } from './own-servers.ts';
import { homePaths } from './paths.ts';
import type { ServiceDefinition } from './service.ts';
import { schemaTask, topicsTask } from './services/bootstrap.ts';
import { cassandraService } from './services/cassandra.ts';
import { MOST_PARTITIONS } from './services/cassandra-yaml.ts';
import { externalServers } from './services/external.ts';
import { kafkaService } from './services/kafka.ts';
import { apiService, ingestService, simulatorService } from './services/node-services.ts';
import { processorService } from './services/processor.ts';
import type { Infra, StackPorts } from './stack-ports.ts';

export interface PlanOptions extends ChatSource {
  readonly infra: Infra;
  readonly home: string;
  /** As the user gave them; addresses and ports are replaced by those of the plan. */
  readonly settings: Settings;
  readonly ports: StackPorts;
  readonly classPaths: ClassPaths;
  readonly jdks: StackJdks;
}

export interface StackPlan {
  readonly services: readonly ServiceDefinition[];
  /** With the addresses of this stack. */
  readonly settings: Settings;
  /** Of the servers, to be made once they run. */
  readonly classData: readonly ClassData[];
}

export interface StackJdks {
  readonly cassandra: Jdk;
  /** Also Kafka's. */
  readonly processor: Jdk;
}

/** A whole stack as data: nothing is started, nothing is looked at. */
export function planStack(options: PlanOptions): StackPlan {
  const { home, ports, classPaths, jdks, demo, infra } = options;
  const paths = homePaths(home);
  const settings = stackSettings(options);
  const channels = stackChannels(options);
  const runDir = (name: string) => join(paths.run, name);
  const ofNode = (name: string) => ({ settings, home, runDir: runDir(name) });
  const classes = stackClassData(classPaths, jdks, paths.cache);
  const servers: () => ServiceDefinition[] = () => [
    kafkaService({
      jdk: jdks.processor,
      classPath: classes.kafka.classPath,
      jvmFlags: classDataFlags(classes.kafka),
      dataDir: join(paths.data, 'kafka'),
      runDir: runDir('kafka'),
      ports: { broker: ports.kafka, controller: ports.controller },
      probe: async (signal) => {
        await tcpProbe(ports.kafka);
        await probeKafka(settings, signal);
        return 'produced and consumed a record';
      },
    }),
    cassandraService({
      jdk: jdks.cassandra,
      classPath: classes.cassandra.classPath,
      jvmFlags: classDataFlags(classes.cassandra),
      dataDir: join(paths.data, 'cassandra'),
      runDir: runDir('cassandra'),
      ports: { cql: ports.cql, storage: ports.storage, jmx: ports.jmx },
      probe: async () => {
        await tcpProbe(ports.cql);
        return `answers CQL, release ${await probeCassandra(settings)}`;
      },
    }),
  ];
  const services: ServiceDefinition[] = [
    ...(infra === 'external' ? externalServers(settings) : servers()),
    topicsTask(settings),
    schemaTask(settings),
    processorService({
      jdk: jdks.processor,
      classPath: classPaths.processor,
      jvmFlags: classDataFlags(classes.processor),
      settings,
      role: 'all',
      stateDir: settings.STATE_DIR ?? join(paths.data, 'processor'),
      runDir: runDir('processor'),
      port: ports.processor,
      env: infra === 'local' ? ofOwnServers : {},
    }),
    ...(demo ? [simulatorService({ ...ofNode('simulator'), port: ports.simulator, channels })] : []),
    // Without a channel there is nothing to read.
    ...(channels.length === 0
      ? []
      : [ingestService({ ...ofNode('ingest'), channels, afterSimulator: demo })]),
    apiService(ofNode('api')),
  ];
  const own = infra === 'external' ? [] : [classes.kafka, classes.cassandra];
  return { services, settings, classData: [...own, classes.processor] };
}

/** What suits the processor where the servers are ours. */
const ofOwnServers = {
  // After a kill -9 it has its partitions at once, not when its session has timed out. It is the only one here.
  GROUP_INSTANCE_ID: 'twitchstats',
  // Our Cassandra does not warn of these: docs/adr/0025-larger-memtables-and-batches.md
  ARCHIVE_BATCH_PARTITIONS: String(MOST_PARTITIONS),
  ARCHIVE_BATCH_KIB: '40',
};

function stackSettings({ infra, settings, ports, demo, channels }: PlanOptions): Settings {
  return {
    ...settings,
    ...(infra === 'external'
      ? {}
      : {
          KAFKA_BROKERS: [`127.0.0.1:${ports.kafka}`],
          CASSANDRA_HOSTS: [`127.0.0.1:${ports.cql}`],
          ...ownServers,
        }),
    HOST: '127.0.0.1',
    PORT: ports.api,
    INGEST_HTTP_PORT: ports.ingest,
    PROCESSOR_HTTP_PORT: ports.processor,
    TWITCHSTATS_API_URL: `http://127.0.0.1:${ports.api}`,
    TWITCH_CHANNEL: [...stackChannels({ demo, channels })],
    ...(demo ? { TWITCH_IRC_URL: `ws://127.0.0.1:${ports.simulator}` } : {}),
  };
}

/**
 * Cassandra is choosy, and what it takes suits the others as well, so that one set of class-data archives is enough.
 * @throws AppError JDK_MISSING naming what is missing and what was found
 */
export function chooseStackJdks(infra: Infra): StackJdks {
  const jdks = findJdks();
  const processor = needJdk('processor', jdks);
  return { processor, cassandra: infra === 'external' ? processor : needJdk('cassandra', jdks) };
}
