import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/**
 * Lets a process run only while nobody else wants the CPU. On Linux a priority counts among the processes of one session
 * only, and sessions share alike (sched(7), "The autogroup feature"): so the session gets it too, and `pid` must be the
 * leader of one of its own (`detached`).
 */
export function runInBackground(pid: number): void {
  setPriority(pid, constants.priority.PRIORITY_LOW);
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(constants.priority.PRIORITY_LOW));
  } catch {
    // No Linux, no autogroups, or it has ended.
  }
}
