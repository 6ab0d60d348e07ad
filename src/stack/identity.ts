import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process, so named that a later one with the same pid is told apart. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own words: equal for the same process, different for any other. */
  readonly started: string;
}

/** Undefined when no such process lives. A zombie, which only waits to be noticed by its parent, does not. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const started = process.platform === 'linux' ? startedOnLinux(pid) : startedByPs(pid);
  return started === undefined ? undefined : { pid, started };
}

/** Is this very process still alive? */
export function isAlive({ pid, started }: ProcessIdentity): boolean {
  return identityOf(pid)?.started === started;
}

/** Boot, then clock ticks since boot: field 22 of proc_pid_stat(5); the name before it may hold spaces and brackets. */
function startedOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, ticks] = [fields[0], fields[19]];
    if (state === 'Z' || state === 'X' || ticks === undefined) return undefined;
    return `${bootId()}/${ticks}`;
  } catch {
    return undefined;
  }
}

let boot: string | undefined;

function bootId(): string {
  boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return boot;
}

function startedByPs(pid: number): string | undefined {
  try {
    // Asked from another shell it must say the same.
    const env = { ...process.env, TZ: 'UTC', LC_ALL: 'C' };
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env,
    }).trim();
    const [, state = '', started] = /^(\S+)\s+(.+)$/.exec(text) ?? [];
    return state.startsWith('Z') ? undefined : started;
  } catch {
    return undefined;
  }
}
