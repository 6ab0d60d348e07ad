/** The services of a stack, in the order in which they are shown. */
export const serviceNames = [
  'kafka',
  'cassandra',
  'topics',
  'schema',
  'processor',
  'simulator',
  'ingest',
  'api',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Says in a few words what is ready (`9 topics`), or throws while it is not. */
export type Probe = (signal: AbortSignal) => Promise<string>;

/** A service that is a process of its own, as plain data: what to run, when it is ready, how it ends. */
export interface ProcessService {
  readonly kind: 'process';
  readonly name: ServiceName;
  /** Must be ready before this one is started. */
  readonly dependsOn: readonly ServiceName[];
  /** Started along with it when it is asked for by name, but not waited for: it starts without and needs them in the end. */
  readonly companions?: readonly ServiceName[];
  /** Started when these are, where they are being started too: it needs none of them, and leaves them the processor first. */
  readonly after?: readonly ServiceName[];
  readonly command: string;
  readonly args: readonly string[];
  /** Added to our own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its scratch and crash files go; made before the start. */
  readonly cwd: string;
  /** How far it makes way for the others while CPUs are short: 0, the default, to 19. */
  readonly niceness?: number;
  /** Loopback ports by purpose; all must be free before anything is started. */
  readonly ports: Readonly<Record<string, number>>;
  /** Runs before every start: writes configuration, formats storage. */
  readonly prepare?: (signal: AbortSignal) => Promise<void>;
  readonly ready: { readonly probe: Probe; readonly periodMs: number };
  readonly shutdown: { readonly signal: 'SIGTERM' | 'SIGINT'; readonly timeoutMs: number };
  readonly restart: RestartPolicy;
}

/** A service that has to be done once, in our own process, before others can start. */
export interface TaskService {
  readonly kind: 'task';
  readonly name: ServiceName;
  readonly dependsOn: readonly ServiceName[];
  readonly companions?: readonly ServiceName[];
  readonly after?: readonly ServiceName[];
  readonly run: Probe;
}

export type ServiceDefinition = ProcessService | TaskService;

/** After a crash: waits `firstDelayMs`, doubled each time up to `maxDelayMs`; gives up after `limit` in `withinMs`. */
export interface RestartPolicy {
  readonly limit: number;
  readonly withinMs: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const defaultRestart: RestartPolicy = {
  limit: 5,
  withinMs: 600_000,
  firstDelayMs: 500,
  maxDelayMs: 15_000,
};

/** How long to wait before the next start, ms; `crashes` from 1. */
export function restartDelayMs({ firstDelayMs, maxDelayMs }: RestartPolicy, crashes: number): number {
  return Math.min(firstDelayMs * 2 ** (crashes - 1), maxDelayMs);
}

/** The ports of services by the names that messages about them use, `kafka broker`. */
export function portsOf(services: readonly ServiceDefinition[]): Record<string, number> {
  return Object.fromEntries(
    services.flatMap((service) =>
      service.kind === 'process'
        ? Object.entries(service.ports).map(([purpose, port]) => [`${service.name} ${purpose}`, port])
        : [],
    ),
  );
}
