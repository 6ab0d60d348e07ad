import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAborted, untilAborted } from '../contract/abort.ts';
import { AppError, toAppError } from '../contract/errors.ts';
import { dependents, withDependencies } from './graph.ts';
import { identityOf } from './identity.ts';
import { lastWords } from './log-tail.ts';
import type { ServiceProcess } from './process.ts';
import { type ProcessService, restartDelayMs, type ServiceDefinition, type ServiceName } from './service.ts';
import { describeDeath, startService } from './start-service.ts';
import type { ServiceState, ServiceStatus } from './state.ts';

export interface SupervisorOptions {
  readonly services: readonly ServiceDefinition[];
  readonly logFile: (name: ServiceName) => string;
  /** Told of every change of a service. */
  readonly onChange: (status: ServiceStatus) => void;
  /** Aborted when nobody wants to wait any more: whatever is being stopped is killed. */
  readonly kill: AbortSignal;
}

interface Entry {
  definition: ServiceDefinition;
  status: ServiceStatus;
  process: ServiceProcess | undefined;
  /** Set while it starts, and kept until it is stopped or given up: who depends on it awaits this. */
  starting: Promise<void> | undefined;
  /** The last time it was started again after a crash: nobody else may start it before that has ended. */
  restarting: Promise<void> | undefined;
  /** While it is being stopped. */
  stopping: Promise<void> | undefined;
  /** Aborted when it is to be stopped: ends a start or a wait for a restart. */
  stop: AbortController;
  /** When it crashed, epoch ms. */
  crashes: number[];
}

/** Starts services side by side as their dependencies allow, restarts what crashes, stops in reverse order. */
export class Supervisor {
  readonly #entries = new Map<ServiceName, Entry>();
  readonly #options: SupervisorOptions;
  /** Everything is being stopped, or has been: nothing begins any more. */
  #isOver = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    for (const definition of options.services) this.#entries.set(definition.name, newEntry(definition));
  }

  /** All services that were ever asked for, in the order of their definition. */
  status(): ServiceStatus[] {
    return [...this.#entries.values()].map(({ status }) => status);
  }

  /**
   * Starts the named services (all, when none is named) and what they depend on; those that run already are left alone.
   * Resolves when all are ready. On the first failure, or when `signal` is aborted, what this call started is stopped,
   * unless it was stopped and started again meanwhile.
   * @param kept those of them that are not stopped then: they go on starting
   * @throws AppError SERVICE_FAILED, or the signal's reason
   */
  async start(
    names: readonly string[],
    signal: AbortSignal,
    kept: readonly ServiceName[] = [],
  ): Promise<void> {
    const wanted = withDependencies(this.#definitions(), names).map(({ name }) => name);
    const mine = wanted.filter((name) => this.#entry(name).starting === undefined && !kept.includes(name));
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    for (const name of kept) this.#begin(name, NEVER).catch(() => undefined);
    const starts = wanted.map((name) =>
      Promise.race([this.#begin(name, either), untilAborted(either)])
        .then(() => this.#untilBack(this.#entry(name), either))
        .catch((error: unknown) => {
          failed.abort(error);
          throw error;
        }),
    );
    const begun = mine.map((name) => [name, this.#entry(name).starting] as const);
    await Promise.allSettled(starts);
    if (!either.aborted) return;
    const left = begun.filter(([name, starting]) => this.#entries.get(name)?.starting === starting);
    await this.#stopEach(left.map(([name]) => name));
    throw either.reason;
  }

  /**
   * Replaces the definitions of services that do not run, so that a later `start` begins them anew, and forgets those that
   * there are no more. Those in `changed` are stopped for that. What failed is still said to have.
   */
  async redefine(services: readonly ServiceDefinition[], changed: readonly ServiceName[]): Promise<void> {
    await this.#stopEach(changed);
    const names = new Set(services.map(({ name }) => name));
    for (const [name, { starting }] of this.#entries) {
      if (starting === undefined && !names.has(name)) this.#entries.delete(name);
    }
    for (const definition of services) {
      const before = this.#entries.get(definition.name);
      if (before?.starting !== undefined) continue;
      const entry = newEntry(definition);
      this.#entries.set(definition.name, entry);
      if (before?.status.state === 'failed') entry.status = { ...before.status, ports: entry.status.ports };
    }
  }

  /**
   * Stops one service and begins it again; those that depend on it keep running and connect again by themselves.
   * @returns when it has begun; `ready` resolves when it is ready, and rejects with SERVICE_FAILED, or with
   *   STACK_NOT_RUNNING when it is stopped, or started once more, meanwhile
   */
  async restart(name: ServiceName, signal: AbortSignal): Promise<{ readonly ready: Promise<void> }> {
    await this.#stopOne(this.#entry(name));
    return { ready: this.start([name], signal) };
  }

  /** Stops everything, each service after those that depend on it, for good. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#stopEach([...this.#entries.keys()]);
  }

  #begin(name: ServiceName, signal: AbortSignal): Promise<void> {
    if (this.#isOver) return Promise.reject(new AppError('STACK_NOT_RUNNING', 'The stack is being stopped'));
    const entry = this.#entry(name);
    entry.starting ??= this.#startEntry(entry, signal);
    return entry.starting;
  }

  /** One that is coming back from a crash is not ready, although it was started. */
  async #untilBack(entry: Entry, signal: AbortSignal): Promise<void> {
    const { name } = entry.definition;
    if (entry.status.state !== 'restarting') return;
    await beforeAborted(entry.restarting, signal);
    const { state, detail } = this.#entry(name).status;
    if (state === 'failed') throw new AppError('SERVICE_FAILED', `${name} does not start again`, { detail });
  }

  async #startEntry(entry: Entry, signal: AbortSignal): Promise<void> {
    const { definition } = entry;
    entry.stop = new AbortController();
    const either = AbortSignal.any([signal, entry.stop.signal]);
    try {
      const dependencies = Promise.all(definition.dependsOn.map((name) => this.#begin(name, signal)));
      const others = (definition.after ?? []).map((other) => this.#entries.get(other)?.starting);
      const turn = dependencies.then(() => Promise.allSettled(others));
      await beforeAborted(turn, either);
    } catch (error) {
      entry.starting = undefined;
      throw error;
    }
    try {
      await this.#run(entry, either);
    } catch (error) {
      entry.starting = undefined;
      entry.process = undefined;
      if (either.aborted) this.#set(entry, 'stopped', '', {});
      else this.#set(entry, 'failed', toAppError(error).message, {});
      throw error;
    }
  }

  async #run(entry: Entry, signal: AbortSignal): Promise<void> {
    const { definition } = entry;
    this.#set(entry, 'starting', '', { startedAt: Date.now() });
    if (definition.kind === 'task') {
      this.#set(entry, 'ready', await definition.run(signal), { readyAt: Date.now() });
      return;
    }
    const { process, detail } = await startService(definition, {
      logFile: this.#options.logFile(definition.name),
      signal,
      kill: this.#options.kill,
      onSpawn: (spawned) => {
        entry.process = spawned;
        const identity = identityOf(spawned.pid);
        this.#set(entry, 'starting', '', identity === undefined ? {} : { process: identity });
      },
      onWaiting: (reason) => {
        if (reason !== entry.status.detail) this.#set(entry, 'starting', reason, {});
      },
    });
    this.#set(entry, 'ready', detail, { readyAt: Date.now() });
    void process.exited.then((exit) => {
      if (entry.process !== process || entry.stop.signal.aborted) return;
      entry.restarting = this.#onExit(entry, definition, process, describeDeath(definition, exit));
    });
  }

  /** A process ended that had been ready: unless it was told to, it is started again. */
  async #onExit(entry: Entry, service: ProcessService, ended: ServiceProcess, why: string): Promise<void> {
    // What it may have left of its group.
    await ended.terminate(AbortSignal.abort());
    if (entry.stop.signal.aborted) return;
    await this.#startAgain(entry, service, why);
  }

  async #startAgain(entry: Entry, service: ProcessService, why: string): Promise<void> {
    const { limit, withinMs } = service.restart;
    entry.process = undefined;
    entry.crashes = [...entry.crashes.filter((at) => Date.now() - at < withinMs), Date.now()];
    if (entry.crashes.length > limit) {
      // Whoever asks for it now, asks for it anew.
      entry.starting = undefined;
      entry.crashes = [];
      this.#set(entry, 'failed', `${why}; given up after ${limit} restarts`, {});
      return;
    }
    const last = lastWords(this.#options.logFile(service.name));
    const restarts = entry.status.restarts + 1;
    this.#set(entry, 'restarting', last === undefined ? why : `${why}: ${last}`, { restarts });
    try {
      await sleep(restartDelayMs(service.restart, entry.crashes.length), undefined, {
        signal: entry.stop.signal,
      });
      await this.#run(entry, entry.stop.signal);
    } catch (error) {
      // One that dies before it is ready has crashed once more.
      if (!entry.stop.signal.aborted) await this.#startAgain(entry, service, toAppError(error).message);
    }
  }

  async #stopEach(names: readonly ServiceName[]): Promise<void> {
    const stops = new Map<ServiceName, Promise<void>>();
    const stop = (name: ServiceName): Promise<void> => {
      const known = stops.get(name);
      if (known !== undefined) return known;
      const users = dependents(this.#definitions(), name).filter((user) => names.includes(user.name));
      const done = Promise.all(users.map((user) => stop(user.name))).then(() =>
        this.#stopOne(this.#entry(name)),
      );
      stops.set(name, done);
      return done;
    };
    // A start that is under way must not go on while its dependents are being stopped.
    for (const name of names)
      this.#entry(name).stop.abort(new AppError('STACK_NOT_RUNNING', `${name} was stopped`));
    await Promise.all(names.map(stop));
  }

  #stopOne(entry: Entry): Promise<void> {
    entry.stopping ??= this.#end(entry).finally(() => {
      entry.stopping = undefined;
    });
    return entry.stopping;
  }

  async #end(entry: Entry): Promise<void> {
    entry.stop.abort(new AppError('STACK_NOT_RUNNING', `${entry.definition.name} was stopped`));
    if (entry.process !== undefined) {
      this.#set(entry, 'stopping', '', {});
      await entry.process.terminate(this.#options.kill);
    }
    await entry.starting?.catch(() => undefined);
    await entry.restarting;
    entry.process = undefined;
    entry.starting = undefined;
    if (entry.status.state !== 'failed' && entry.status.state !== 'waiting')
      this.#set(entry, 'stopped', '', {});
  }

  #set(entry: Entry, state: ServiceState, detail: string, more: Partial<ServiceStatus>): void {
    const { process: identity, readyAt, ...rest } = { ...entry.status, ...more };
    entry.status = {
      ...rest,
      state,
      detail,
      ...(identity !== undefined && entry.process !== undefined ? { process: identity } : {}),
      ...(readyAt !== undefined && state === 'ready' ? { readyAt } : {}),
    };
    this.#options.onChange(entry.status);
  }

  #definitions(): ServiceDefinition[] {
    return [...this.#entries.values()].map(({ definition }) => definition);
  }

  #entry(name: ServiceName): Entry {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new AppError('USAGE', `There is no service "${name}" in this stack`);
    return entry;
  }
}

const NEVER = new AbortController().signal;

function newEntry(definition: ServiceDefinition): Entry {
  const ports = definition.kind === 'process' ? { ...definition.ports } : {};
  const { name, kind } = definition;
  return {
    definition,
    status: { name, kind, state: 'waiting', ports, restarts: 0, detail: '' },
    process: undefined,
    starting: undefined,
    restarting: undefined,
    stopping: undefined,
    stop: new AbortController(),
    crashes: [],
  };
}
