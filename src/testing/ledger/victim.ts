import { setTimeout as sleep } from 'node:timers/promises';
import { untilReady } from '../../stack/health.ts';
import { type ServiceProcess, signalGroup } from '../../stack/process.ts';
import type { ProcessService } from '../../stack/service.ts';
import { startService } from '../../stack/start-service.ts';
import type { Fault } from './faults.ts';

/** A service that faults happen to, and that is always started again on its old data. */
export interface Victim {
  readonly name: string;
  /** Does the fault; resolves with the milliseconds from the fault until the service was proven ready again. */
  suffer(fault: Pick<Fault, 'kind' | 'pauseMs'>): Promise<number>;
  /** How often it ended without a fault of ours, such as a processor that gave up on its broker. */
  ownEnds(): number;
  stop(): Promise<void>;
}

/**
 * Starts a service as a victim. Faults against one victim wait for each other; those against different victims
 * overlap, as they do in life. One that ends by itself is started again, as a supervisor would.
 */
export async function startVictim(
  name: string,
  service: ProcessService,
  logFile: string,
  signal: AbortSignal,
): Promise<Victim> {
  const endedOnPurpose = new WeakSet<ServiceProcess>();
  let ownEnds = 0;
  let turn: Promise<unknown> = Promise.resolve();
  let current = await start();

  async function start(): Promise<ServiceProcess> {
    const { process } = await startService(service, { logFile, signal });
    void process.exited.then(() => {
      if (endedOnPurpose.has(process)) return;
      ownEnds += 1;
      turn = turn.then(startAgain, startAgain);
    });
    return process;
  }
  async function startAgain(): Promise<void> {
    if (!signal.aborted) current = await start();
  }
  async function end(kill?: AbortSignal): Promise<void> {
    endedOnPurpose.add(current);
    await current.terminate(kill);
  }
  const happen = {
    kill: () => end(AbortSignal.abort()).then(startAgain),
    restart: () => end().then(startAgain),
    async pause(pauseMs: number): Promise<void> {
      signalGroup(current.pid, 'SIGSTOP');
      await sleep(pauseMs);
      signalGroup(current.pid, 'SIGCONT');
      await untilReady(service.ready, signal);
    },
  };
  return {
    name,
    ownEnds: () => ownEnds,
    suffer(fault) {
      const result = turn.then(async () => {
        const from = Date.now();
        await happen[fault.kind](fault.pauseMs);
        return Date.now() - from;
      });
      turn = result.catch(() => undefined);
      return result;
    },
    async stop() {
      await turn.catch(() => undefined);
      await end();
    },
  };
}

/** Several of a kind as one victim: faults go round about, and the next one waits until the last has healed. */
export function victimsInTurn(name: string, members: readonly Victim[]): Victim {
  let next = 0;
  let turn: Promise<unknown> = Promise.resolve();
  return {
    name,
    ownEnds: () => members.reduce((sum, member) => sum + member.ownEnds(), 0),
    suffer(fault) {
      const member = members[next % members.length];
      if (member === undefined) throw new RangeError(`${name} has no members`);
      next += 1;
      const result = turn.then(() => member.suffer(fault));
      turn = result.catch(() => undefined);
      return result;
    },
    async stop() {
      await Promise.all(members.map((member) => member.stop()));
    },
  };
}
