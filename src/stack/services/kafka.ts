import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Jdk } from '../jdk.ts';
import { compileOnce, guardedJvm, jvmTool, prepareTmpDir } from '../jvm.ts';
import { runTool } from '../process.ts';
import { defaultRestart, type Probe, type ProcessService } from '../service.ts';

export interface KafkaServiceOptions {
  readonly jdk: Jdk;
  readonly classPath: readonly string[];
  /** Kafka's log; survives `down`. */
  readonly dataDir: string;
  /** Generated configuration and scratch. */
  readonly runDir: string;
  readonly ports: { readonly broker: number; readonly controller: number };
  readonly heapMb?: number;
  /** More JVM flags, such as those of a class-data archive. */
  readonly jvmFlags?: readonly string[];
  /** Added to `server.properties`, or in place of what is there. */
  readonly properties?: KafkaProperties;
  /** For `kafka-storage format`, in place of a cluster id of its own: `-t ID`, `--add-scram …`. */
  readonly formatArgs?: readonly string[];
  readonly probe: Probe;
}

export type KafkaProperties = Readonly<Record<string, string | number | boolean>>;

/** Apache Kafka, one process that is broker and KRaft controller, on loopback only. */
export function kafkaService(options: KafkaServiceOptions): ProcessService {
  const { jdk, classPath, runDir, heapMb = 512 } = options;
  const properties = join(runDir, 'server.properties');
  const log4j = join(runDir, 'log4j2.xml');
  const jvm = {
    jdk,
    classPath,
    tmpDir: runDir,
    flags: ['-XX:+UseSerialGC', `-Dlog4j2.configurationFile=${pathToFileURL(log4j)}`],
  };
  return {
    kind: 'process',
    name: 'kafka',
    dependsOn: [],
    ...guardedJvm({
      ...jvm,
      flags: [...jvm.flags, compileOnce, ...(options.jvmFlags ?? [])],
      heapMb,
      mainClass: 'kafka.Kafka',
      args: [properties],
    }),
    cwd: runDir,
    ports: options.ports,
    prepare: async (signal) => {
      await prepareTmpDir(runDir);
      await mkdir(options.dataDir, { recursive: true });
      await writeFile(properties, serverProperties(options));
      await writeFile(log4j, log4jConfiguration);
      if (existsSync(join(options.dataDir, 'meta.properties'))) return;
      await runTool(
        'kafka-storage format',
        jvmTool({
          ...jvm,
          mainClass: 'kafka.tools.StorageTool',
          args: [
            'format',
            '--ignore-formatted',
            '-c',
            properties,
            ...(options.formatArgs ?? ['-t', clusterId()]),
          ],
        }),
        signal,
      );
    },
    ready: { probe: options.probe, periodMs: 100 },
    shutdown: { signal: 'SIGTERM', timeoutMs: 20_000 },
    restart: defaultRestart,
  };
}

/** As `kafka-storage random-uuid` makes them: 16 bytes in URL-safe base 64, not starting with a dash. */
export function clusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? clusterId() : id;
}

function serverProperties({ dataDir, ports, properties }: KafkaServiceOptions): string {
  const entries: KafkaProperties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    // Static voters: a dynamic quorum would store the controller's port, and `--ports auto` changes it.
    'controller.quorum.voters': `1@127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.broker}`,
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': dataDir,
    'auto.create.topics.enable': false,
    'num.partitions': 3,
    // One broker: the internal topics cannot have the three replicas they ask for by default.
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 3,
    // A load of offsets that was overtaken ends at its next piece, before it makes an empty coordinator active: ADR 21.
    'offsets.load.buffer.size': 16 * 1024,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 3,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // After kill -9 the broker may register again only when its old session has ended: 9 s by default.
    'broker.heartbeat.interval.ms': 500,
    'broker.session.timeout.ms': 3000,
    // A laptop, not a rack.
    'num.network.threads': 2,
    'num.io.threads': 4,
    'num.recovery.threads.per.data.dir': 2,
    'log.cleaner.threads': 1,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    ...properties,
  };
  return Object.entries(entries)
    .map(([key, value]) => `${key}=${inProperties(String(value))}\n`)
    .join('');
}

/** As `java.util.Properties` reads it from a stream: that is ISO 8859-1, all else is `\uXXXX`. */
function inProperties(value: string): string {
  return value
    .replaceAll('\\', '\\\\')
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** To stdout, which is the log file. The dump of all configuration values is left out. */
const log4jConfiguration = `<Configuration status="WARN">
  <Appenders>
    <Console name="stdout"><PatternLayout pattern="%d{yyyy-MM-dd'T'HH:mm:ss.SSS}{UTC}Z %-5p %c{1} %m%n"/></Console>
  </Appenders>
  <Loggers>
    <Logger name="org.apache.kafka.common.config.AbstractConfig" level="WARN"/>
    <Root level="INFO"><AppenderRef ref="stdout"/></Root>
  </Loggers>
</Configuration>
`;
