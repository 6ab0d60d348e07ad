import { readFileSync } from 'node:fs';

export interface ProcessCost {
  /** User and system time since the process began, in microseconds; kept in ticks of 10 ms. */
  readonly cpuMicros: number;
  readonly residentMiB: number;
}

/** What a process has used so far, from proc_pid_stat(5) and proc_pid_status(5): Linux only. */
export function processCost(pid: number): ProcessCost {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name before it may hold spaces and brackets. Fields 14 and 15: utime and stime, in ticks of 1/100 s.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpuMicros: (Number(fields[11]) + Number(fields[12])) * 10_000,
    residentMiB: Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024,
  };
}
