import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Jdk } from '../jdk.ts';
import { compileLater, guardedJvm, prepareTmpDir } from '../jvm.ts';
import { CAN_WAIT_LONGER } from '../niceness.ts';
import { defaultRestart, type Probe, type ProcessService } from '../service.ts';
import { type CassandraYamlOptions, cassandraYaml, commitLogIn } from './cassandra-yaml.ts';
import { removeEmptySegments } from './empty-segments.ts';

export interface CassandraServiceOptions extends CassandraYamlOptions {
  /** A JDK 17. */
  readonly jdk: Jdk;
  readonly classPath: readonly string[];
  /** Generated configuration and scratch. */
  readonly runDir: string;
  readonly ports: { readonly cql: number; readonly storage: number; readonly jmx: number };
  readonly heapMb?: number;
  /** More JVM flags, such as those of a class-data archive; the last of two that say the same wins. */
  readonly jvmFlags?: readonly string[];
  readonly probe: Probe;
}

/** Apache Cassandra, one node, on loopback only: CQL, gossip and JMX alike. */
export function cassandraService(options: CassandraServiceOptions): ProcessService {
  const { jdk, classPath, runDir, heapMb = 768 } = options;
  const yaml = join(runDir, 'cassandra.yaml');
  const logback = join(runDir, 'logback.xml');
  return {
    kind: 'process',
    name: 'cassandra',
    dependsOn: [],
    // Both at once slow each other down, and the counts need Kafka only.
    after: ['kafka'],
    ...guardedJvm({
      jdk,
      classPath,
      heapMb,
      tmpDir: runDir,
      flags: [
        '-XX:+UseSerialGC',
        ...compileLater,
        ...cassandraModuleAccess,
        `-Dcassandra.config=${pathToFileURL(yaml)}`,
        `-Dlogback.configurationFile=${logback}`,
        `-Dcassandra.storagedir=${options.dataDir}`,
        // Keeps the JVM in the foreground of its own process, as `cassandra -f` does.
        '-Dcassandra-foreground=yes',
        // The variants without "remote" bind to loopback.
        `-Dcassandra.jmx.local.port=${options.ports.jmx}`,
        // There is nobody to gossip with: the defaults wait 8 s, and 30 s for the ring.
        '-Dcassandra.skip_wait_for_gossip_to_settle=0',
        '-Dcassandra.ring_delay_ms=100',
        // Nor to say goodbye to: 2 s.
        '-Dcassandra.shutdown_announce_in_ms=0',
        ...(options.jvmFlags ?? []),
      ],
      mainClass: 'org.apache.cassandra.service.CassandraDaemon',
      args: [],
    }),
    cwd: runDir,
    // The archiver waits for it, and Kafka keeps what the archiver has not read.
    niceness: CAN_WAIT_LONGER,
    ports: options.ports,
    prepare: async () => {
      await prepareTmpDir(runDir);
      await mkdir(options.dataDir, { recursive: true });
      await removeEmptySegments(commitLogIn(options.dataDir));
      await writeFile(yaml, cassandraYaml(options));
      await writeFile(logback, logbackConfiguration);
      await writeFile(
        join(runDir, 'logback-tools.xml'),
        '<configuration><root level="OFF"/></configuration>\n',
      );
    },
    ready: { probe: options.probe, periodMs: 100 },
    shutdown: { signal: 'SIGTERM', timeoutMs: 20_000 },
    restart: defaultRestart,
  };
}

/** From Cassandra's own conf/jvm17-server.options. */
export const cassandraModuleAccess = [
  '-Djdk.attach.allowAttachSelf=true',
  ...[
    'java.base/jdk.internal.misc',
    'java.management.rmi/com.sun.jmx.remote.internal.rmi',
    'java.rmi/sun.rmi.registry',
    'java.rmi/sun.rmi.server',
    'java.sql/java.sql',
    'java.base/java.lang.ref',
    'jdk.unsupported/sun.misc',
    'jdk.compiler/com.sun.tools.javac.file',
    'jdk.attach/sun.tools.attach',
  ].map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...[
    'java.base/java.lang.module',
    'java.base/jdk.internal.loader',
    'java.base/jdk.internal.ref',
    'java.base/jdk.internal.reflect',
    'java.base/jdk.internal.math',
    'java.base/jdk.internal.module',
    'java.base/jdk.internal.util.jar',
    'jdk.management/com.sun.management.internal',
    'java.base/sun.nio.ch',
    'java.base/java.io',
    'java.base/java.lang.reflect',
    'jdk.compiler/com.sun.tools.javac',
    'java.base/java.lang',
    'java.base/java.util',
  ].map((name) => `--add-opens=${name}=ALL-UNNAMED`),
  '-Dio.netty.tryReflectionSetAccessible=true',
  '-Dio.netty.allocator.useCacheForAllThreads=true',
  '-Dio.netty.allocator.maxOrder=11',
];

/** To stdout, which is the log file. */
const logbackConfiguration = `<configuration>
  <appender name="STDOUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %logger{0} %msg%n</pattern></encoder>
  </appender>
  <logger name="org.apache.cassandra.config.DatabaseDescriptor" level="WARN"/>
  <logger name="org.apache.cassandra.config.Config" level="WARN"/>
  <root level="INFO"><appender-ref ref="STDOUT"/></root>
</configuration>
`;
