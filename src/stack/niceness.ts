import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { hasCode } from '../contract/errors.ts';

/** A process with this one runs only while nobody else wants the CPU. */
export const LEAST_URGENT = constants.priority.PRIORITY_LOW;

/** For a service that may fall behind, since what it reads waits in Kafka: while CPUs are short it gets a third of what others get. */
export const CAN_WAIT = 5;

/** For the archive, which is read later than the counts: while CPUs are short it gets a tenth. */
export const CAN_WAIT_LONGER = 10;

/** Who is not root may set that of a session once in 100 ms, counted for the whole system; Linux then says EAGAIN. */
const AGAIN_MS = 150;
const MOST_TRIES = 10;

/**
 * Lets a process that was just started make way for others while CPUs are short; without effect where it has ended already.
 *
 * On Linux a niceness counts among the processes of one session only, and sessions share alike (sched(7), "The autogroup
 * feature"): so the session gets it too, and `pid` must be the leader of one of its own (`detached`).
 * @param niceness 0 to 19: the share of a process falls by a fifth with each
 */
export function setNiceness(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    return;
  }
  setNicenessOfSession(pid, niceness, MOST_TRIES);
}

function setNicenessOfSession(pid: number, niceness: number, tries: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness));
  } catch (error) {
    // Else: no Linux, no autogroups, or it has ended.
    if (hasCode(error, 'EAGAIN') && tries > 1)
      setTimeout(() => setNicenessOfSession(pid, niceness, tries - 1), AGAIN_MS).unref();
  }
}
