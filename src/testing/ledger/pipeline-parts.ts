import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bootstrap } from '../../bootstrap/bootstrap.ts';
import { type Settings, settingsSchema } from '../../config/settings.ts';
import { freePorts } from '../../stack/ports.ts';
import type { ProcessService } from '../../stack/service.ts';
import { apiService, ingestService } from '../../stack/services/node-services.ts';
import { embeddedServices, testClassPaths, testProcessorService } from '../embedded.ts';
import type { PipelineLink, PipelineProcess } from './pipeline-faults.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
import { startVictim, type Victim } from './victim.ts';

/** Every process of the pipeline, each behind links of its own that can be broken. */
export interface PipelineParts {
  /** Past all proxies, for whoever closes the books. */
  readonly settings: Settings;
  readonly victims: Readonly<Record<PipelineProcess, Victim>>;
  readonly services: Readonly<Record<PipelineProcess, ProcessService>>;
  readonly links: Readonly<Record<PipelineLink, TcpProxy>>;
  /** Of the API, through its link. */
  readonly watchUrl: string;
  readonly apiUrl: string;
  stop(): Promise<void>;
}

export interface PipelinePartsOptions {
  readonly directory: string;
  /** Of the fake Twitch, on loopback. */
  readonly ircPort: number;
  readonly channels: readonly string[];
  readonly windowSeconds: number;
  readonly signal: AbortSignal;
}

/** Clients of Kafka. Each has a listener that is advertised as its proxy: a client always comes back through it. */
const kafkaClients = ['ingest', 'count', 'archive', 'api'] as const;

export async function startPipelineParts(options: PipelinePartsOptions): Promise<PipelineParts> {
  const { directory, signal } = options;
  const [servers, listeners, https, proxies] = await portsFor(5, kafkaClients.length, 4, 8);
  const [brokerPort = 0, , cqlPort = 0] = servers;
  const [ingestPort = 0, countPort = 0, archivePort = 0, apiPort = 0] = https;
  const targets: Record<PipelineLink, number> = {
    'twitch-ingest': options.ircPort,
    'ingest-kafka': listeners[0] ?? 0,
    'count-kafka': listeners[1] ?? 0,
    'archive-kafka': listeners[2] ?? 0,
    'api-kafka': listeners[3] ?? 0,
    'archive-cassandra': cqlPort,
    'api-cassandra': cqlPort,
    'api-watch': apiPort,
  };
  const links = await startLinks(targets, proxies);
  const settings = settingsSchema.parse({
    KAFKA_BROKERS: `127.0.0.1:${brokerPort}`,
    CASSANDRA_HOSTS: `127.0.0.1:${cqlPort}`,
    TWITCH_IRC_URL: `ws://127.0.0.1:${links['twitch-ingest'].port}`,
    WINDOW_SIZE_SECONDS: options.windowSeconds,
    INGEST_HTTP_PORT: ingestPort,
    PORT: apiPort,
    LOG_LEVEL: 'info',
  });
  const through = (kafka: PipelineLink, cassandra?: PipelineLink): Settings => ({
    ...settings,
    KAFKA_BROKERS: [`127.0.0.1:${links[kafka].port}`],
    ...(cassandra === undefined ? {} : { CASSANDRA_HOSTS: [`127.0.0.1:${links[cassandra].port}`] }),
  });
  const embedded = embeddedServices(directory, servers, await testClassPaths());
  const processor = (role: 'count' | 'archive', port: number, own: Settings) =>
    testProcessorService({
      settings: own,
      role,
      port,
      stateDir: join(directory, 'state', role),
      runDir: join(directory, 'run', role),
      // As `up` starts it.
      env: { GROUP_INSTANCE_ID: 'twitchstats' },
    });
  const node = (own: Settings, name: string) => ({
    settings: own,
    home: directory,
    runDir: join(directory, 'run', name),
  });
  const ingest = ingestService({
    ...node(through('ingest-kafka'), 'ingest'),
    channels: options.channels,
    afterSimulator: false,
  });
  const services: Record<PipelineProcess, ProcessService> = {
    kafka: withListeners(embedded.kafka, directory, listeners, links),
    cassandra: embedded.cassandra,
    count: await processor('count', countPort, through('count-kafka')),
    archive: await processor('archive', archivePort, through('archive-kafka', 'archive-cassandra')),
    api: apiService(node(through('api-kafka', 'api-cassandra'), 'api')),
    ingest: { ...ingest, args: [...ingest.args, '--joins-per-10s', '2000'] },
  };
  const started: Victim[] = [];
  const start = async (name: PipelineProcess) => {
    const log = join(directory, 'logs', `${name}.log`);
    const victim = await startVictim(name, services[name], log, signal);
    started.push(victim);
    return victim;
  };
  const stop = async () => {
    await Promise.all(started.map((victim) => victim.stop()));
    await Promise.all(Object.values(links).map((link) => link.close()));
  };
  try {
    const [kafka, cassandra] = await Promise.all([start('kafka'), start('cassandra')]);
    await bootstrap(settings);
    const [count, archive, api] = await Promise.all([start('count'), start('archive'), start('api')]);
    const victims = { kafka, cassandra, count, archive, api, ingest: await start('ingest') };
    const url = (port: number) => `http://127.0.0.1:${port}`;
    return {
      settings,
      victims,
      services,
      links,
      stop,
      watchUrl: url(links['api-watch'].port),
      apiUrl: url(apiPort),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Distinct free ports, in groups of these sizes. */
async function portsFor(...sizes: readonly number[]): Promise<[number[], number[], number[], number[]]> {
  const ports = await freePorts(sizes.reduce((sum, size) => sum + size, 0));
  const take = (size = 0) => ports.splice(0, size);
  return [take(sizes[0]), take(sizes[1]), take(sizes[2]), take(sizes[3])];
}

async function startLinks(
  targets: Readonly<Record<PipelineLink, number>>,
  ports: readonly number[],
): Promise<Record<PipelineLink, TcpProxy>> {
  const start = (link: PipelineLink, index: number) => startTcpProxy(ports[index] ?? 0, targets[link]);
  return {
    'twitch-ingest': await start('twitch-ingest', 0),
    'ingest-kafka': await start('ingest-kafka', 1),
    'count-kafka': await start('count-kafka', 2),
    'archive-kafka': await start('archive-kafka', 3),
    'api-kafka': await start('api-kafka', 4),
    'archive-cassandra': await start('archive-cassandra', 5),
    'api-cassandra': await start('api-cassandra', 6),
    'api-watch': await start('api-watch', 7),
  };
}

/** Kafka with a listener for each client, beside its own. In `server.properties` the last of two lines counts. */
function withListeners(
  kafka: ProcessService,
  directory: string,
  ports: readonly number[],
  links: Readonly<Record<PipelineLink, TcpProxy>>,
): ProcessService {
  const names = kafkaClients.map((client) => client.toUpperCase());
  const own = kafka.ports;
  const lines = {
    listeners: [
      `PLAINTEXT://127.0.0.1:${own.broker}`,
      `CONTROLLER://127.0.0.1:${own.controller}`,
      ...names.map((name, index) => `${name}://127.0.0.1:${ports[index]}`),
    ],
    'advertised.listeners': [
      `PLAINTEXT://127.0.0.1:${own.broker}`,
      ...kafkaClients.map((client, index) => `${names[index]}://127.0.0.1:${links[`${client}-kafka`].port}`),
    ],
    'listener.security.protocol.map': ['PLAINTEXT', 'CONTROLLER', ...names].map(
      (name) => `${name}:PLAINTEXT`,
    ),
  };
  const text = Object.entries(lines).map(([key, values]) => `${key}=${values.join(',')}\n`);
  return {
    ...kafka,
    async prepare(signal) {
      await kafka.prepare?.(signal);
      await appendFile(join(directory, 'run', 'kafka', 'server.properties'), text.join(''));
    },
  };
}
