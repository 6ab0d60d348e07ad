import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CAN_WAIT, CAN_WAIT_LONGER } from '../../stack/niceness.ts';
import { type ComposeFile, composeFiles, mebibytes, readCompose, repositoryFile } from './compose-file.ts';

/** Kafka, Cassandra and the rest: pinned as the embedded ones, health-gated, their data in named volumes. */

const files: [string, ComposeFile][] = composeFiles.map((name) => [name, readCompose(name)]);
const production = readCompose('production.yaml').services;
const brokers = Object.entries(production).filter(([name]) => name.startsWith('kafka-'));
const nodes = Object.entries(production).filter(([name]) => name.startsWith('cassandra-'));

describe.each(files)('%s', (_name, { services, volumes }) => {
  const all = Object.entries(services);

  it('pins every image; ours have the version of the package', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(repositoryFile('package.json')));
    const ours = `:\${TWITCHSTATS_IMAGE_TAG:-${version}}`;
    const loose = all.filter(
      ([, { image, build }]) => !(build ? image.endsWith(ours) : /:v?\d+\.\d+\.\d+$/.test(image)),
    );
    expect(loose.map(([name]) => name)).toEqual([]);
  });

  it('runs the versions of Kafka and Cassandra that are embedded', () => {
    const embedded = repositoryFile('processor/src/main/java/twitchstats/launcher/ClassPaths.java');
    const kafka = /"kafka_2\.13", "([\d.]+)"/.exec(embedded)?.[1];
    const cassandra = /"cassandra-all", "([\d.]+)"/.exec(embedded)?.[1];
    const servers = new Set(
      all.map(([, { image }]) => image).filter((image) => /^(apache|cassandra)/.test(image)),
    );
    expect(servers).toEqual(new Set([`apache/kafka:${kafka}`, `cassandra:${cassandra}`]));
  });

  it('waits only for services that are there and can say that they are healthy', () => {
    const dockerfile = repositoryFile('compose/Dockerfile');
    for (const [name, { depends_on, network_mode }] of all) {
      if (network_mode !== undefined) expect(Object.keys(services)).toContain(network_mode.split(':')[1]);
      for (const [other, { condition }] of Object.entries(depends_on)) {
        const service = services[other];
        const target = service?.build?.target;
        const checked =
          service?.healthcheck !== undefined ||
          (target !== undefined && (dockerfile.split(`AS ${target}\n`)[1] ?? '').includes('HEALTHCHECK --'));
        expect([name, other, service !== undefined, condition !== 'service_healthy' || checked]).toEqual([
          name,
          other,
          true,
          true,
        ]);
      }
    }
  });

  it('starts every service again but the one that ends', () => {
    expect(all.filter(([, { restart }]) => restart === 'no').map(([name]) => name)).toEqual(['bootstrap']);
  });

  it('declares each named volume, and uses it', () => {
    const used = all.flatMap(([, service]) => service.volumes.map((volume) => volume.split(':')[0] ?? ''));
    const named = used.filter((volume) => /^[a-z]/.test(volume));
    expect(new Set(named)).toEqual(new Set(Object.keys(volumes)));
  });

  it('shares no volume between two services: each keeps its own state', () => {
    const named = all
      .flatMap(([, service]) => service.volumes.map((volume) => volume.split(':')[0] ?? ''))
      .filter((volume) => volume in volumes);
    expect(named.length).toBe(new Set(named).size);
  });

  it('limits memory, with the heaps of the servers well below', () => {
    const heaps = all.flatMap(([name, { environment, deploy }]) => {
      const heap = environment.MAX_HEAP_SIZE ?? /-Xmx(\w+)/.exec(environment.KAFKA_HEAP_OPTS ?? '')?.[1];
      const limit = mebibytes(deploy.resources.limits.memory);
      return heap === undefined ? [] : [{ name, fits: mebibytes(heap) * 2 <= limit }];
    });
    expect(heaps.length).toBeGreaterThan(1);
    expect(heaps.filter(({ fits }) => !fits)).toEqual([]);
  });
});

describe('the services that share one machine', () => {
  it('give Cassandra and the processor the weight of the niceness that `up` gives them', () => {
    const shares = Object.entries(readCompose('compose.yaml').services).flatMap(([name, { cpu_shares }]) =>
      cpu_shares === undefined ? [] : [[name, cpu_shares]],
    );
    // Each step of niceness is a factor of 1.25, from 1024 at 0 (the kernel's sched_prio_to_weight).
    const weight = (niceness: number) => Math.floor(1024 / 1.25 ** niceness);
    expect(shares).toEqual([
      ['cassandra', weight(CAN_WAIT_LONGER)],
      ['processor', weight(CAN_WAIT)],
    ]);
  });
});

describe('the single broker', () => {
  const { kafka } = readCompose('compose.yaml').services;

  it('has a cluster id of 16 bytes', () => {
    expect(Buffer.from(kafka?.environment.CLUSTER_ID ?? '', 'base64url')).toHaveLength(16);
  });

  it('asks for one replica wherever Kafka would ask for three', () => {
    const asked = Object.entries(kafka?.environment ?? {}).filter(([name]) =>
      /REPLICATION_FACTOR|MIN_ISR/.test(name),
    );
    expect(asked).toHaveLength(5);
    expect(asked.filter(([, value]) => value !== '1')).toEqual([]);
  });

  it('tells programs of the host the port that is published', () => {
    expect(kafka?.ports).toEqual([`127.0.0.1:\${TWITCHSTATS_KAFKA_PORT:-9092}:9092`]);
    expect(kafka?.environment.KAFKA_ADVERTISED_LISTENERS).toContain(
      `HOST://127.0.0.1:\${TWITCHSTATS_KAFKA_PORT:-9092}`,
    );
  });
});

describe('production', () => {
  it('has three brokers that form one quorum and keep three copies, two of them in sync', () => {
    expect(brokers).toHaveLength(3);
    const voters = brokers.map(([name, { environment }]) => `${environment.KAFKA_NODE_ID}@${name}:9093`);
    for (const [name, { environment }] of brokers) {
      expect(environment).toMatchObject({
        KAFKA_CONTROLLER_QUORUM_VOTERS: voters.join(','),
        KAFKA_ADVERTISED_LISTENERS: `INTERNAL://${name}:19092`,
        KAFKA_DEFAULT_REPLICATION_FACTOR: '3',
        KAFKA_MIN_INSYNC_REPLICAS: '2',
        KAFKA_UNCLEAN_LEADER_ELECTION_ENABLE: 'false',
        KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '3',
        KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '3',
        KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '2',
      });
    }
    expect(new Set(brokers.map(([, { environment }]) => environment.KAFKA_BROKER_RACK)).size).toBe(3);
  });

  it('has three Cassandra nodes of one datacentre, joining one after the other', () => {
    expect(nodes).toHaveLength(3);
    expect(new Set(nodes.map(([, { environment }]) => environment.CASSANDRA_RACK)).size).toBe(3);
    for (const [, { environment }] of nodes)
      expect(environment).toMatchObject({
        CASSANDRA_ENDPOINT_SNITCH: 'GossipingPropertyFileSnitch',
        CASSANDRA_DC: `\${CASSANDRA_DATACENTER:-dc1}`,
      });
    expect(nodes.map(([, { depends_on }]) => Object.keys(depends_on))).toEqual([
      [],
      ['cassandra-1'],
      ['cassandra-2'],
    ]);
  });

  it('creates topics with three copies and the keyspace per datacentre', () => {
    expect(production.bootstrap?.environment).toMatchObject({
      KAFKA_REPLICATION_FACTOR: '3',
      CASSANDRA_REPLICATION: `\${CASSANDRA_REPLICATION:-\${CASSANDRA_DATACENTER:-dc1}:3}`,
    });
  });

  it('reads and writes Cassandra at LOCAL_QUORUM', () => {
    const clients = Object.values(production).filter(({ build }) => build !== undefined);
    expect(clients.length).toBeGreaterThan(5);
    expect(new Set(clients.map(({ environment }) => environment.CASSANDRA_CONSISTENCY))).toEqual(
      new Set(['LOCAL_QUORUM']),
    );
  });
});
