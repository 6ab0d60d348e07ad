import type { Settings } from '../config/settings.ts';
import { AppError } from '../contract/errors.ts';
import { describeHolder, portHolder } from './port-holder.ts';
import { freePorts, isPortFree } from './ports.ts';

/** `external`: Kafka and Cassandra run elsewhere, where the settings say. */
export type Infra = 'local' | 'external';

/** All of them on 127.0.0.1. */
export interface StackPorts {
  readonly kafka: number;
  readonly controller: number;
  readonly cql: number;
  readonly storage: number;
  readonly jmx: number;
  readonly processor: number;
  readonly simulator: number;
  readonly ingest: number;
  readonly api: number;
}

/** Nobody but the stack itself talks to these: where the usual one is taken, any other does. */
const internalPorts = { controller: 9093, storage: 7000, jmx: 7199, simulator: 6680 } as const;

/**
 * The ports of a local stack: those that the settings name, or with `auto` any that are free.
 * @throws AppError CONFIG_INVALID when a setting names another machine's server
 */
export async function chooseStackPorts(
  settings: Settings,
  { auto, infra = 'local' }: { auto: boolean; infra?: Infra },
): Promise<StackPorts> {
  const spare = await freePorts(9);
  const take = () => spare.pop() ?? 0;
  const named = (port: number) => (auto || port === 0 ? take() : port);
  // Servers that run elsewhere take no port here.
  const server = (port: () => number) => (infra === 'external' ? take() : named(port()));
  const wanted = {
    kafka: server(() => loopbackPort('KAFKA_BROKERS', settings.KAFKA_BROKERS)),
    cql: server(() => loopbackPort('CASSANDRA_HOSTS', settings.CASSANDRA_HOSTS)),
    processor: named(settings.PROCESSOR_HTTP_PORT),
    ingest: named(settings.INGEST_HTTP_PORT),
    api: named(settings.PORT),
  };
  const taken = new Set(Object.values(wanted));
  const internal = async (preferred: number) =>
    !auto && !taken.has(preferred) && (await isPortFree(preferred)) ? preferred : take();
  return {
    ...wanted,
    controller: await internal(internalPorts.controller),
    storage: await internal(internalPorts.storage),
    jmx: await internal(internalPorts.jmx),
    simulator: await internal(internalPorts.simulator),
  };
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

function loopbackPort(setting: string, addresses: readonly string[]): number {
  const [first = ''] = addresses;
  // Settings have a port with each address.
  const [, host = '', port] = /^(.*):(\d+)$/.exec(first) ?? [];
  if (addresses.length === 1 && loopback.has(host)) return Number(port);
  throw new AppError('CONFIG_INVALID', `${setting} is ${addresses.join(',')}, which is not this machine`, {
    detail: '`up` starts servers of its own on 127.0.0.1.',
    hint: `Unset ${setting}, or use what runs there with \`twitchstats up --infra external\`.`,
  });
}

/**
 * Looks at every port before anything is started.
 * @param wanted who wants which port, by `service purpose`
 * @param hint what to do about a taken one
 * @throws AppError PORT_IN_USE naming every taken port and its holder; CONFIG_INVALID when two want the same one
 */
export async function assertPortsFree(
  wanted: Readonly<Record<string, number>>,
  hint = 'Stop what holds them, or take free ones with `twitchstats up --ports auto`.',
): Promise<void> {
  const twice = Object.entries(wanted).filter(([, port], index, all) =>
    all.some(([, other], at) => at !== index && other === port),
  );
  if (twice.length > 0) {
    throw new AppError('CONFIG_INVALID', 'Two services want one port', {
      detail: twice.map(([purpose, port]) => `${port} is wanted for ${purpose}`).join('\n'),
      hint: 'Give each a port of its own, or take free ones with `twitchstats up --ports auto`.',
    });
  }
  const taken: string[] = [];
  for (const [purpose, port] of Object.entries(wanted)) {
    if (!(await isPortFree(port)))
      taken.push(`${port} (${purpose}) is held by ${describeHolder(portHolder(port))}`);
  }
  if (taken.length === 0) return;
  throw new AppError(
    'PORT_IN_USE',
    taken.length === 1 ? 'A port is taken' : `${taken.length} ports are taken`,
    {
      detail: taken.join('\n'),
      hint,
    },
  );
}
