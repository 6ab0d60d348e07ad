import { type ChatSource, chatServices, concernsChat, isSameSource, joinSource } from './chat-source.ts';
import type { ControlRequest } from './control-server.ts';
import { withDependencies } from './graph.ts';
import type { StackPlan } from './plan.ts';
import { portsOf, type ServiceName } from './service.ts';
import { assertPortsFree } from './stack-ports.ts';
import { isIdle } from './state.ts';
import type { Supervisor } from './supervisor.ts';

/** The ports were chosen when the stack began. */
const PORTS_HINT = 'Stop what holds them, or `twitchstats down` and then `twitchstats up --ports auto`.';

export interface Asked {
  /** The services to start; none: all. */
  readonly names: readonly string[];
  /** Those of them that ran before and are told anew: they are to run whatever becomes of the others. */
  readonly changed: readonly ServiceName[];
  /** For a start that failed: forgets its chat again, unless that is played or read by now. */
  readonly takeBack?: () => Promise<void>;
}

/** What a running stack was asked for so far, and the plan that follows from it; a later `up` may ask for more. */
export class AskedPlan {
  readonly #planOf: (source: ChatSource) => StackPlan;
  #source: ChatSource;
  #plan: StackPlan;

  constructor(source: ChatSource, planOf: (source: ChatSource) => StackPlan) {
    this.#planOf = planOf;
    this.#source = source;
    this.#plan = planOf(source);
  }

  get source(): ChatSource {
    return this.#source;
  }

  get plan(): StackPlan {
    return this.#plan;
  }

  /**
   * Adds what is asked for to what was. Services that read other channels than they did are stopped, to be told anew.
   * @returns the services to start now, none: all; and those that were stopped
   * @throws AppError USAGE for chat that does not mix or a service there is not, PORT_IN_USE: then nothing has changed
   */
  async join(
    request: Extract<ControlRequest, { do: 'start' }>,
    supervisor: Pick<Supervisor, 'status' | 'redefine'>,
  ): Promise<Asked> {
    const running = runningOf(supervisor);
    const source =
      running.has('ingest') && !concernsChat(request.services)
        ? this.#source
        : joinSource(this.#source, request);
    const plan = this.#planOf(source);
    const wanted = withDependencies(plan.services, request.services);
    await assertPortsFree(portsOf(wanted.filter(({ name }) => !running.has(name))), PORTS_HINT);
    const changed = isSameSource(source, this.#source)
      ? []
      : chatServices.filter((name) => running.has(name));
    const before = { source: this.#source, plan: this.#plan };
    const set = async (asked: typeof before, stopped: readonly ServiceName[]) => {
      this.#source = asked.source;
      this.#plan = asked.plan;
      await supervisor.redefine(asked.plan.services, stopped);
    };
    await set({ source, plan }, changed);
    return {
      names: request.services.length === 0 ? [] : [...request.services, ...changed],
      changed,
      takeBack: async () => {
        if (isSameSource(source, before.source)) return;
        if (!chatServices.some((name) => runningOf(supervisor).has(name))) await set(before, []);
      },
    };
  }
}

function runningOf(supervisor: Pick<Supervisor, 'status'>): ReadonlySet<ServiceName> {
  const running = supervisor.status().filter(({ state }) => !isIdle(state));
  return new Set(running.map(({ name }) => name));
}
