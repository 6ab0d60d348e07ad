import { z } from 'zod';
import type { Settings } from '../../config/settings.ts';
import { httpProbe, tcpProbe } from '../health.ts';
import { packagePaths } from '../paths.ts';
import { defaultRestart, type ProcessService, type ServiceName } from '../service.ts';
import { settingsEnv } from '../settings-env.ts';

export interface NodeServiceOptions {
  readonly settings: Settings;
  readonly home: string;
  readonly runDir: string;
}

/** The API: serves the counts that it follows in Kafka; without Cassandra it is degraded, but there. */
export function apiService(options: NodeServiceOptions): ProcessService {
  const port = options.settings.PORT;
  return {
    ...nodeService('api', ['api'], options),
    dependsOn: ['topics'],
    ports: { http: port },
    ready: {
      periodMs: 100,
      probe: async (signal) => {
        await tcpProbe(port);
        await httpProbe(`http://127.0.0.1:${port}/api/health`, signal, apiTrouble);
        return 'serves counts';
      },
    },
  };
}

const servicesSchema = z.object({ services: z.record(z.string(), z.string()) });

/** What an API that is not ready has: `kafka disconnected, cache stale, cassandra connected`. */
function apiTrouble(health: unknown): string | undefined {
  const said = servicesSchema.safeParse(health).data;
  return (
    said &&
    Object.entries(said.services)
      .map((pair) => pair.join(' '))
      .join(', ')
  );
}

export interface IngestServiceOptions extends NodeServiceOptions {
  readonly channels: readonly string[];
  /** Joins the channels of the simulator of this stack. */
  readonly afterSimulator: boolean;
}

/**
 * For a process through which much passes: messages die young where the young generation has room for all that are under
 * way, and are copied and promoted otherwise. MiB; V8's default is 16, and it grows only when it has to.
 * docs/adr/0025-larger-memtables-and-batches.md
 */
export const roomForTheYoung: readonly string[] = ['--max-semi-space-size=64'];

/** Reads chat from Twitch, or from the simulator, into Kafka. */
export function ingestService(options: IngestServiceOptions): ProcessService {
  const port = options.settings.INGEST_HTTP_PORT;
  return {
    ...nodeService('ingest', ['ingest', ...options.channels], options, roomForTheYoung),
    dependsOn: options.afterSimulator ? ['topics', 'simulator'] : ['topics'],
    ports: { http: port },
    ready: {
      periodMs: 100,
      probe: async (signal) => {
        await tcpProbe(port);
        await httpProbe(`http://127.0.0.1:${port}/health`, signal);
        return `reading ${options.channels.length} ${options.channels.length === 1 ? 'channel' : 'channels'}`;
      },
    },
  };
}

export interface SimulatorServiceOptions extends NodeServiceOptions {
  readonly port: number;
  readonly channels: readonly string[];
}

/** A fake Twitch chat server, for `--demo`. */
export function simulatorService(options: SimulatorServiceOptions): ProcessService {
  const { port, channels } = options;
  return {
    ...nodeService(
      'simulator',
      ['simulate', '--port', String(port), '--channels', channels.join(',')],
      options,
    ),
    ports: { irc: port },
    ready: {
      periodMs: 100,
      probe: async () => {
        await tcpProbe(port);
        return `playing ${channels.length} channels`;
      },
    },
  };
}

/** A command of our own, which ends when its stdin does (`TWITCHSTATS_SUPERVISED`, src/cli/supervised.ts). */
function nodeService(
  name: ServiceName,
  args: readonly string[],
  { settings, home, runDir }: NodeServiceOptions,
  nodeFlags: readonly string[] = [],
): Omit<ProcessService, 'ready'> {
  return {
    kind: 'process',
    name,
    dependsOn: [],
    command: process.execPath,
    args: [...nodeFlags, packagePaths.cli, '--home', home, ...args],
    env: { ...settingsEnv(settings), TWITCHSTATS_SUPERVISED: '1', NO_COLOR: '1' },
    cwd: runDir,
    ports: {},
    shutdown: { signal: 'SIGTERM', timeoutMs: 10_000 },
    restart: defaultRestart,
  };
}
