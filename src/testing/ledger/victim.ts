import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, messageOf } from '../../contract/errors.ts';
import { oneByOne } from '../../contract/one-by-one.ts';
import { lastWords } from '../../stack/log-tail.ts';
import { type ServiceProcess, signalGroup } from '../../stack/process.ts';
import { type ProcessService, restartDelayMs } from '../../stack/service.ts';
import { describeDeath, startService } from '../../stack/start-service.ts';
import type { Fault } from './faults.ts';
import type { OwnEnd } from './own-ends.ts';
import { inTime, Overdue, untilServes } from './until.ts';

/** A service that faults happen to, and that is always started again on its old data. */
export interface Victim {
  readonly name: string;
  /**
   * Does the fault; resolves with the milliseconds from the fault until the service was proven ready again, however often
   * it had to be started. Rejects when it was given up.
   */
  suffer(fault: Pick<Fault, 'kind' | 'pauseMs'>): Promise<number>;
  /** What it did without a fault of ours, such as a processor that gave up on its broker; oldest first. */
  ownEnds(): readonly OwnEnd[];
  stop(): Promise<void>;
}

/** Starts in a row that may fail, with the pauses of the service's own policy between them: some four minutes. */
const STARTS = 20;

/**
 * Starts a service as a victim. Faults against one victim wait for each other; those against different victims
 * overlap, as they do in life. One that ends by itself, or while it starts, is started again, as a supervisor would.
 */
export async function startVictim(
  name: string,
  service: ProcessService,
  logFile: string,
  signal: AbortSignal,
): Promise<Victim> {
  const stopping = new AbortController();
  const life = AbortSignal.any([signal, stopping.signal]);
  const endedOnPurpose = new WeakSet<ServiceProcess>();
  const ownEnds: OwnEnd[] = [];
  const note = (kind: OwnEnd['kind'], how: string) => {
    ownEnds.push({ name, service: service.name, kind, how });
  };
  const inTurn = oneByOne();
  let current = await start();

  async function start(): Promise<ServiceProcess> {
    const { process } = await inTime(`${name} is ready`, { signal: life }, (within, onWaiting) =>
      startService(service, { logFile, signal: within, onWaiting }),
    );
    void process.exited.then((exit) => {
      if (endedOnPurpose.has(process)) return;
      note('ended', [describeDeath(service, exit), lastWords(logFile)].filter(Boolean).join(': '));
      // Unless a fault that was waiting has started it meanwhile. If it never starts, that is noted.
      inTurn(async () => (current === process ? startAgain() : undefined)).catch(() => undefined);
    });
    return process;
  }
  async function startAgain(): Promise<void> {
    for (let failures = 1; !life.aborted; failures += 1) {
      try {
        current = await start();
        return;
      } catch (error) {
        if (life.aborted) throw error;
        const isLast = failures === STARTS || error instanceof Overdue;
        note(isLast ? 'given up' : 'failed to start', reasonOf(error));
        if (isLast) throw error;
        await sleep(restartDelayMs(service.restart, failures), undefined, { signal: life });
      }
    }
  }
  async function end(kill?: AbortSignal): Promise<void> {
    endedOnPurpose.add(current);
    await current.terminate(kill);
  }
  const happen = {
    kill: () => end(AbortSignal.abort()).then(startAgain),
    restart: () => end().then(startAgain),
    async pause(pauseMs: number): Promise<void> {
      const { pid, exited } = current;
      signalGroup(pid, 'SIGSTOP');
      await sleep(pauseMs);
      signalGroup(pid, 'SIGCONT');
      const serves = untilServes(service, name, { signal: life }).then(() => true);
      if (!(await Promise.race([serves, exited.then(() => false)]))) await startAgain();
    },
  };
  return {
    name,
    ownEnds: () => ownEnds,
    suffer: (fault) =>
      inTurn(async () => {
        const from = Date.now();
        await happen[fault.kind](fault.pauseMs);
        return Date.now() - from;
      }),
    async stop() {
      stopping.abort();
      await inTurn(() => end());
    },
  };
}

/** Several of a kind as one victim: faults go round about, and the next one waits until the last has healed. */
export function victimsInTurn(name: string, members: readonly Victim[]): Victim {
  let next = 0;
  const inTurn = oneByOne();
  return {
    name,
    ownEnds: () => members.flatMap((member) => member.ownEnds()),
    suffer(fault) {
      const member = members[next % members.length];
      if (member === undefined) throw new RangeError(`${name} has no members`);
      next += 1;
      return inTurn(() => member.suffer(fault));
    },
    async stop() {
      await Promise.all(members.map((member) => member.stop()));
    },
  };
}

/** With what its log said last. */
function reasonOf(error: unknown): string {
  const said = error instanceof AppError ? error.detail?.split('\n').at(-1) : undefined;
  return [messageOf(error), said].filter(Boolean).join(': ');
}
