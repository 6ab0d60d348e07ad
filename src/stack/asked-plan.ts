import { type ChatSource, chatServices, concernsChat, isSameSource, joinSource } from './chat-source.ts';
import type { ControlRequest } from './control-server.ts';
import { withDependencies } from './graph.ts';
import type { StackPlan } from './plan.ts';
import { portsOf } from './service.ts';
import { assertPortsFree } from './stack-ports.ts';
import { isIdle } from './state.ts';
import type { Supervisor } from './supervisor.ts';

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
   * @returns the services to start now; none: all
   * @throws AppError USAGE for chat that does not mix or a service there is not, PORT_IN_USE: then nothing has changed
   */
  async join(
    request: Extract<ControlRequest, { do: 'start' }>,
    supervisor: Pick<Supervisor, 'status' | 'redefine'>,
  ): Promise<readonly string[]> {
    const running = new Set(
      supervisor
        .status()
        .filter(({ state }) => !isIdle(state))
        .map(({ name }) => name),
    );
    const isReading = running.has('ingest');
    const source =
      isReading && !concernsChat(request.services)
        ? this.#source
        : joinSource(this.#source, request, isReading);
    const plan = this.#planOf(source);
    const wanted = withDependencies(plan.services, request.services);
    await assertPortsFree(portsOf(wanted.filter(({ name }) => !running.has(name))));
    const changed = isSameSource(source, this.#source)
      ? []
      : chatServices.filter((name) => running.has(name));
    this.#source = source;
    this.#plan = plan;
    await supervisor.redefine(plan.services, changed);
    return request.services.length === 0 ? [] : [...request.services, ...changed];
  }
}
