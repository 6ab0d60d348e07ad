import { z } from 'zod';
import { messageOf } from '../contract/errors.ts';
import { runningStack } from './discover.ts';
import { httpProbe, tcpProbe } from './health.ts';
import { isAlive, type ProcessIdentity } from './identity.ts';
import { livingServices } from './leftovers.ts';
import { supervisorOf } from './lock.ts';
import type { ServiceName } from './service.ts';
import { processorTrouble } from './services/processor.ts';
import { readStackState, type ServiceState, type ServiceStatus, type StackState } from './state.ts';

/** `unhealthy`: it runs, and does not answer as it should. */
export type LiveState = ServiceState | 'unhealthy';

export interface LiveService {
  readonly name: ServiceName;
  readonly state: LiveState;
  readonly pid: number | null;
  readonly ports: Readonly<Record<string, number>>;
  readonly detail: string;
  /** Epoch ms. */
  readonly started_at: number | null;
  readonly ready_at: number | null;
  readonly restarts: number;
}

export interface LiveStack {
  /** `orphaned`: the supervisor died, and its services are still ending. */
  readonly state: 'healthy' | 'starting' | 'unhealthy' | 'orphaned' | 'stopped';
  readonly pid: number | null;
  readonly started_at: number | null;
  readonly settings: Readonly<Record<string, string>>;
  readonly services: readonly LiveService[];
}

/** What runs under `home`, by looking at the processes and asking them; the state file only says where to look. */
export async function liveStatus(home: string, signal: AbortSignal): Promise<LiveStack> {
  const state = runningStack(home);
  if (state === undefined) return withoutStack(readStackState(home), supervisorOf(home));
  const services = await Promise.all(
    state.services
      .filter(({ kind, state: is }) => kind === 'process' && is !== 'waiting')
      .map((service) => look(service, signal)),
  );
  return {
    state: overall(services),
    pid: state.supervisor.pid,
    started_at: state.startedAt,
    settings: state.settings,
    services,
  };
}

function overall(services: readonly LiveService[]): LiveStack['state'] {
  const states = new Set(services.filter(({ state }) => state !== 'stopped').map(({ state }) => state));
  if (states.has('failed') || states.has('unhealthy') || states.has('restarting')) return 'unhealthy';
  if (states.has('starting') || states.has('stopping') || states.size === 0) return 'starting';
  return 'healthy';
}

async function look(service: ServiceStatus, signal: AbortSignal): Promise<LiveService> {
  if (service.state !== 'ready') return described(service, service.state, service.detail);
  if (service.process === undefined || !isAlive(service.process))
    return described(service, 'unhealthy', 'its process has gone');
  try {
    return described(service, 'ready', (await ask(service, signal)) ?? service.detail);
  } catch (error) {
    return described(service, 'unhealthy', messageOf(error));
  }
}

const healthPaths: Partial<Record<ServiceName, string>> = {
  api: '/api/health',
  ingest: '/health',
  processor: '/health',
};

/** Cheap: one connection. The full proof is made when a service starts. Gives what it says of itself, if it does. */
async function ask({ name, ports }: ServiceStatus, signal: AbortSignal): Promise<string | undefined> {
  const [port] = Object.values(ports);
  const path = healthPaths[name];
  if (port === undefined) return undefined;
  if (path === undefined) {
    await tcpProbe(port);
    return undefined;
  }
  const explain = name === 'processor' ? processorTrouble : undefined;
  const health = healthSchema.safeParse(await httpProbe(`http://127.0.0.1:${port}${path}`, signal, explain));
  return name === 'api' && health.success ? health.data.status : undefined;
}

const healthSchema = z.object({ status: z.string() });

/** @param supervisor one that has not yet written down what it starts */
function withoutStack(before: StackState | undefined, supervisor: ProcessIdentity | undefined): LiveStack {
  const left = before === undefined ? [] : livingServices(before);
  const withoutSupervisor = left.length === 0 ? 'stopped' : 'orphaned';
  return {
    state: supervisor === undefined ? withoutSupervisor : 'starting',
    pid: supervisor?.pid ?? null,
    started_at: null,
    settings: {},
    services: left.map((service) => described(service, 'stopping', 'ends because its supervisor has gone')),
  };
}

function described(service: ServiceStatus, state: LiveState, detail: string): LiveService {
  const { name, ports, process, startedAt, readyAt, restarts } = service;
  return {
    name,
    state,
    pid: process?.pid ?? null,
    ports,
    detail,
    started_at: startedAt ?? null,
    ready_at: readyAt ?? null,
    restarts,
  };
}
