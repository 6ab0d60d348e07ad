import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Settings } from '../config/settings.ts';
import { untilAborted } from '../contract/abort.ts';
import { AppError } from '../contract/errors.ts';
import { artefactNames, type FetchProgress, resolveClassPaths } from './artefacts.ts';
import { type Asked, AskedPlan } from './asked-plan.ts';
import { stackChannels } from './chat-source.ts';
import { type ClassData, makeArchive } from './class-data.ts';
import { serveControl } from './control-server.ts';
import { noSuchService, withDependencies } from './graph.ts';
import { asHomeError, blameFullDisk } from './home-error.ts';
import { identityOf } from './identity.ts';
import { inTurn } from './in-turn.ts';
import { reapLeftovers } from './leftovers.ts';
import { acquireSupervisorLock } from './lock.ts';
import { assertOwnServersFit, assertOwnServersFitIn } from './own-servers.ts';
import { homePaths } from './paths.ts';
import { chooseStackJdks, planStack } from './plan.ts';
import { portsOf, serviceNames } from './service.ts';
import { discoverableSettings } from './settings-env.ts';
import { assertPortsFree, chooseStackPorts, type Infra } from './stack-ports.ts';
import { startWithin } from './start-within.ts';
import {
  keepStackState,
  readStackState,
  removeStackState,
  type ServiceStatus,
  type StackState,
  writeStackState,
} from './state.ts';
import { Supervisor } from './supervisor.ts';

/** What happens, as facts; whoever shows them finds the words. */
export type StackEvent =
  | { readonly type: 'leftovers'; readonly names: readonly string[] }
  | { readonly type: 'fetch'; readonly progress: FetchProgress }
  | { readonly type: 'planned'; readonly services: readonly ServiceStatus[] }
  | { readonly type: 'service'; readonly status: ServiceStatus }
  /** The state could not be written down; it is tried again and again, and not said again. */
  | { readonly type: 'unwritten'; readonly reason: string }
  | { readonly type: 'ready'; readonly state: StackState; readonly tookMs: number }
  | { readonly type: 'stopping' };

export interface RunStackOptions {
  readonly home: string;
  readonly infra: Infra;
  readonly settings: Settings;
  /** Empty: all. */
  readonly services: readonly string[];
  readonly demo: boolean;
  readonly channels: readonly string[];
  readonly autoPorts: boolean;
  readonly timeoutMs: number;
  /** Stops the stack in order. */
  readonly signal: AbortSignal;
  /** Ends the waiting for order. */
  readonly kill: AbortSignal;
  readonly onEvent: (event: StackEvent) => void;
}

/**
 * Runs a local stack in this process until `signal` is aborted: starts it, keeps it running, stops it in order. When this
 * returns or throws, none of its processes is left.
 * @throws AppError USAGE for a service there is not, STACK_ALREADY_RUNNING, HOME_NOT_WRITABLE, JDK_MISSING,
 *   PROCESSOR_NOT_BUILT, ARTEFACTS_MISSING, PORT_IN_USE, SERVICE_FAILED, START_TIMEOUT
 */
export async function runStack(options: RunStackOptions): Promise<void> {
  const { home, signal, onEvent } = options;
  const started = Date.now();
  // Before anything is waited for or fetched.
  const unknown = options.services.find((name) => !serviceNames.some((known) => known === name));
  if (unknown !== undefined) throw noSuchService(unknown, serviceNames);
  const lock = acquireSupervisorLock(home);
  if (!('release' in lock))
    throw new AppError('STACK_ALREADY_RUNNING', `Another \`up\` (pid ${lock.pid}) was faster under ${home}`);
  try {
    const before = readStackState(home);
    if (before !== undefined)
      await reapLeftovers(before, (left) =>
        onEvent({ type: 'leftovers', names: left.map(({ name }) => name) }),
      );
    const session = await prepare(options);
    try {
      await session
        .start(options.timeoutMs, () => ({ names: options.services, changed: [] }))
        .catch((error: unknown) => {
          throw signal.aborted ? error : blameFullDisk(error, home);
        });
      onEvent({ type: 'ready', state: session.state(), tookMs: Date.now() - started });
      void makeArchives(session.classData, signal);
      await untilAborted(signal);
      onEvent({ type: 'stopping' });
    } finally {
      await session.close();
    }
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw asHomeError(error, home);
  } finally {
    lock.release();
  }
}

interface Session {
  /** Starts the services that are chosen when those asked for before have been started, or could not be. */
  readonly start: (timeoutMs: number, choose: () => Asked | Promise<Asked>) => Promise<void>;
  readonly state: () => StackState;
  readonly classData: readonly ClassData[];
  readonly close: () => Promise<void>;
}

async function prepare(options: RunStackOptions): Promise<Session> {
  const { home, signal, onEvent } = options;
  const { infra } = options;
  // Before anything is fetched: a setting may be wrong.
  if (infra === 'local') {
    assertOwnServersFit(options.settings);
    assertOwnServersFitIn(home);
  }
  const ports = await chooseStackPorts(options.settings, { auto: options.autoPorts, infra });
  const jdks = chooseStackJdks(infra);
  const classPaths = await resolveClassPaths({
    jdk: jdks.processor,
    cacheDir: homePaths(home).cache,
    names: infra === 'external' ? ['processor'] : artefactNames,
    signal,
    onProgress: (progress) => onEvent({ type: 'fetch', progress }),
  });
  const asked = new AskedPlan(options, (source) =>
    planStack({ ...options, ...source, ports, classPaths, jdks }),
  );
  const { services, classData } = asked.plan;
  const selected = withDependencies(services, options.services);
  await assertPortsFree(portsOf(selected));
  const state = (): StackState => ({
    version: 1,
    supervisor,
    control: { port: control.port, token: control.token },
    startedAt,
    stopping: closing.signal.aborted,
    infra,
    demo: asked.source.demo,
    channels: [...stackChannels(asked.source)],
    settings: discoverableSettings(asked.plan.settings),
    services: supervised.status().sort(byName),
  });
  const startedAt = Date.now();
  const supervisor = identityOf(process.pid) ?? { pid: process.pid, started: '' };
  const keeper = keepStackState(home, state, (reason) => onEvent({ type: 'unwritten', reason }));
  const supervised = new Supervisor({
    services,
    logFile: (name) => join(homePaths(home).logs, `${name}.log`),
    kill: options.kill,
    onChange: (status) => {
      keeper.changed();
      onEvent({ type: 'service', status });
    },
  });
  const turn = inTurn();
  const closing = new AbortController();
  const ending = AbortSignal.any([signal, closing.signal]);
  const start: Session['start'] = (timeoutMs, choose) =>
    startWithin(timeoutMs, supervised, ending, (either) =>
      turn(async () => {
        const { names, changed, takeBack } = await choose();
        await supervised.start(names, either, changed).catch(async (error: unknown) => {
          await takeBack?.();
          keeper.changed();
          throw error;
        });
      }, either),
    );
  const control = await serveControl({
    start: (request) => start(request.timeoutMs, () => asked.join(request, supervised)),
    // Nobody's turn waits until it is ready: it may never be, and a restart of what it waits for may be what it needs.
    restart: (name) => turn(() => supervised.restart(name, ending), ending).then(({ ready }) => ready),
  });
  writeStackState(home, state());
  const names = new Set<string>(selected.map(({ name }) => name));
  onEvent({ type: 'planned', services: state().services.filter(({ name }) => names.has(name)) });
  return {
    start,
    state,
    classData: classData.filter(({ name }) => names.has(name)),
    close: async () => {
      // What waits for its turn must not begin any more.
      closing.abort(new AppError('STACK_NOT_RUNNING', 'The stack is being stopped'));
      keeper.changed();
      await control.close();
      await supervised.stop();
      keeper.stop();
      removeStackState(home);
    },
  };
}

/** One after the other, once what follows a start has calmed down. */
async function makeArchives(classData: readonly ClassData[], signal: AbortSignal): Promise<void> {
  await sleep(5000, undefined, { signal }).catch(() => undefined);
  for (const data of classData) if (!signal.aborted) await makeArchive(data, signal);
}

function byName(left: ServiceStatus, right: ServiceStatus): number {
  return serviceNames.indexOf(left.name) - serviceNames.indexOf(right.name);
}
