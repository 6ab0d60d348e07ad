import { seeded } from '../seeded.ts';

export type FaultKind = 'kill' | 'pause' | 'restart';

/** One fault: at which share of the sent messages (0–1), against which process, and for a pause how long. */
export interface Fault {
  readonly at: number;
  readonly kind: FaultKind;
  readonly target: string;
  readonly pauseMs: number;
}

export interface FaultTarget {
  readonly name: string;
  /** What may happen to it: SIGKILL, SIGSTOP for a while, SIGTERM and start. */
  readonly kinds: readonly [FaultKind, ...FaultKind[]];
  /** How often it is chosen, relative to the others. */
  readonly weight: number;
}

/** `count` faults in order of time, spread over the run: the seed fixes which, whom and when. */
export function scheduleFaults(
  seed: number,
  count: number,
  targets: readonly [FaultTarget, ...FaultTarget[]],
): Fault[] {
  const random = seeded(seed ^ 0x5eed);
  const tickets = targets.flatMap((target) => Array.from({ length: target.weight }, () => target));
  return Array.from({ length: count }, (_, index) => {
    const target = tickets[random.integer(tickets.length)] ?? targets[0];
    return {
      // One fault in each equal share of the run, at a random place of it; none in the last twentieth.
      at: ((index + random.next()) / count) * 0.95,
      kind: random.pick(target.kinds),
      target: target.name,
      pauseMs: 2000 + random.integer(8000),
    };
  });
}
