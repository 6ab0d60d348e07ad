import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from '../../bootstrap/bootstrap.ts';
import { probeCassandra } from '../../cassandra/probe.ts';
import { type Settings, settingsSchema } from '../../config/settings.ts';
import { probeKafka } from '../../kafka/probe.ts';
import type { ClassPaths } from '../../stack/artefacts.ts';
import { tcpProbe } from '../../stack/health.ts';
import { needJdk } from '../../stack/jdk-choice.ts';
import { packagePaths } from '../../stack/paths.ts';
import { freePorts } from '../../stack/ports.ts';
import type { ProcessService } from '../../stack/service.ts';
import { cassandraService } from '../../stack/services/cassandra.ts';
import { clusterId, kafkaService } from '../../stack/services/kafka.ts';
import { processorService } from '../../stack/services/processor.ts';
import { testClassPaths } from '../embedded.ts';
import { seeded } from '../seeded.ts';
import { type Cast, type CastOptions, WINDOW_SECONDS } from './cast.ts';
import type { Fault } from './faults.ts';
import { startVictim, type Victim, victimsInTurn } from './victim.ts';

/**
 * The layout of compose/production.yaml as processes on one machine: three brokers that are controllers too, three
 * Cassandra nodes (on 127.0.0.1, .2 and .3, of which a Mac has only the first unless told), two counters with a standby
 * each, two archivers. Nothing is paused or restarted gently: kill -9 alone, round about.
 */
export const cluster: Cast = { schedule, start };

const groups = ['broker', 'node', 'counter', 'archiver'] as const;

/** Each group once in every round, in an order that the seed decides, evenly spread. */
function schedule(seed: number, count: number): Fault[] {
  const random = seeded(seed ^ 0x5eed);
  const targets: string[] = [];
  while (targets.length < count) {
    const round = [...groups] as string[];
    while (round.length > 0) targets.push(...round.splice(random.integer(round.length), 1));
  }
  return targets
    .slice(0, count)
    .map((target, index) => ({ at: (index + 0.5) / (count + 0.5), kind: 'kill', target, pauseMs: 0 }));
}

interface Plan extends CastOptions {
  readonly classPaths: ClassPaths;
  readonly settings: Settings;
  readonly brokers: readonly number[];
  readonly controllers: readonly number[];
  readonly cql: number;
  readonly storage: number;
  readonly jmx: readonly number[];
  readonly http: readonly number[];
}

const HEAP_MB = 512;

async function start(options: CastOptions) {
  const ports = await freePorts(15);
  const take = (count: number) => ports.splice(0, count);
  const [brokers, controllers, jmx, http] = [take(3), take(3), take(3), take(4)];
  const [cql = 0, storage = 0] = take(2);
  const settings = settingsSchema.parse({
    KAFKA_BROKERS: brokers.map((port) => `127.0.0.1:${port}`).join(','),
    KAFKA_REPLICATION_FACTOR: 3,
    KAFKA_TOPIC_PARTITIONS: 6,
    CASSANDRA_HOSTS: addresses.map((address) => `${address}:${cql}`).join(','),
    CASSANDRA_DATACENTER: 'dc1',
    CASSANDRA_REPLICATION: 'dc1:3',
    CASSANDRA_CONSISTENCY: 'LOCAL_QUORUM',
    WINDOW_SIZE_SECONDS: WINDOW_SECONDS,
    LOG_LEVEL: 'info',
  });
  const plan: Plan = {
    ...options,
    classPaths: await testClassPaths(),
    settings,
    brokers,
    controllers,
    jmx,
    http,
    cql,
    storage,
  };
  const play = (name: string, service: ProcessService) =>
    startVictim(name, service, join(options.directory, 'logs', `${name}.log`), options.signal);
  const id = clusterId();
  const [kafka, cassandra] = await Promise.all([
    // All at once: none is ready before there are three.
    Promise.all(brokers.map((_, index) => play(`broker-${index + 1}`, broker(plan, index, id)))),
    inTurn(addresses, (_, index) => play(`node-${index + 1}`, node(plan, index))),
  ]);
  await bootstrap(settings);
  const [one, two, three, four] = await Promise.all([
    play('counter-1', processor(plan, 'count', 0)),
    play('counter-2', processor(plan, 'count', 1)),
    play('archiver-1', processor(plan, 'archive', 2)),
    play('archiver-2', processor(plan, 'archive', 3)),
  ]);
  const victims: readonly Victim[] = [
    victimsInTurn('broker', kafka),
    victimsInTurn('node', cassandra),
    victimsInTurn('counter', [one, two]),
    victimsInTurn('archiver', [three, four]),
  ];
  return { settings, victims };
}

const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];

function broker(plan: Plan, index: number, id: string): ProcessService {
  const { brokers, controllers, classPaths, directory } = plan;
  const [port = 0, controller = 0] = [brokers[index], controllers[index]];
  const name = `broker-${index + 1}`;
  return kafkaService({
    jdk: needJdk('kafka'),
    classPath: [...classPaths.kafka, packagePaths.processorJar],
    dataDir: join(directory, 'data', name),
    runDir: join(directory, 'run', name),
    ports: { broker: port, controller },
    heapMb: HEAP_MB,
    formatArgs: ['-t', id],
    properties: {
      'node.id': index + 1,
      'broker.rack': `rack${index + 1}`,
      'controller.quorum.voters': controllers.map((at, voter) => `${voter + 1}@127.0.0.1:${at}`).join(','),
      'default.replication.factor': 3,
      'min.insync.replicas': 2,
      'unclean.leader.election.enable': false,
      'offsets.topic.replication.factor': 3,
      'transaction.state.log.replication.factor': 3,
      'transaction.state.log.min.isr': 2,
      'share.coordinator.state.topic.replication.factor': 3,
      'share.coordinator.state.topic.min.isr': 2,
      // Kafka's own: what production has.
      'broker.heartbeat.interval.ms': 2000,
      'broker.session.timeout.ms': 9000,
      'group.initial.rebalance.delay.ms': 3000,
    },
    probe: async (signal) => {
      await tcpProbe(port);
      await probeKafka({ ...plan.settings, KAFKA_BROKERS: [`127.0.0.1:${port}`] }, signal);
      return 'produced and consumed a record';
    },
  });
}

function node(plan: Plan, index: number): ProcessService {
  const { cql, storage, classPaths, directory } = plan;
  const name = `node-${index + 1}`;
  const address = addresses[index] ?? '';
  const runDir = join(directory, 'run', name);
  const rack = join(runDir, 'cassandra-rackdc.properties');
  mkdirSync(runDir, { recursive: true });
  writeFileSync(rack, `dc=dc1\nrack=rack${index + 1}\n`);
  return cassandraService({
    jdk: needJdk('cassandra'),
    classPath: [...classPaths.cassandra, packagePaths.processorJar],
    dataDir: join(directory, 'data', name),
    runDir,
    ports: { cql, storage, jmx: plan.jmx[index] ?? 0 },
    heapMb: HEAP_MB,
    jvmFlags: [
      `-Dcassandra-rackdc.properties=file://${rack}`,
      // Cassandra's own: there are others to hear of, and to say goodbye to.
      '-Dcassandra.ring_delay_ms=30000',
      '-Dcassandra.skip_wait_for_gossip_to_settle=-1',
      '-Dcassandra.shutdown_announce_in_ms=2000',
    ],
    yaml: {
      listen_address: address,
      rpc_address: address,
      endpoint_snitch: 'GossipingPropertyFileSnitch',
      num_tokens: 1,
      // A third of the ring each.
      initial_token: String(-(2n ** 63n) + (2n ** 64n / 3n) * BigInt(index)),
      hinted_handoff_enabled: true,
    },
    probe: async () =>
      probeCassandra({
        ...plan.settings,
        CASSANDRA_HOSTS: [`${address}:${cql}`],
        CASSANDRA_CONSISTENCY: 'ONE',
      }),
  });
}

function processor(plan: Plan, role: 'count' | 'archive', index: number): ProcessService {
  const name = `${role}-${index + 1}`;
  return processorService({
    jdk: needJdk('processor'),
    classPath: plan.classPaths.processor,
    settings: plan.settings,
    role,
    stateDir: join(plan.directory, 'state', name),
    runDir: join(plan.directory, 'run', name),
    port: plan.http[index] ?? 0,
    heapMb: HEAP_MB,
    env: { ...(role === 'count' ? { STANDBY_REPLICAS: '1', STREAM_THREADS: '2' } : {}), ...plan.env },
  });
}

/** Cassandra nodes join one after the other. */
async function inTurn<T, R>(items: readonly T[], run: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const [index, item] of items.entries()) results.push(await run(item, index));
  return results;
}
