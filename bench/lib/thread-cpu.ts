import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ticks of CPU that the threads of a process have used, by the name of their kind (`MutationStage-3` and its like are
 * one), from proc_pid_task(5): Linux only. The system keeps 15 characters of a name.
 */
export function threadTicks(pid: number): ReadonlyMap<string, number> {
  const ticks = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = statOf(pid, thread);
    if (stat === undefined) continue;
    const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const kind = name.replace(/[-#: ]*\d+$/, '');
    ticks.set(kind, (ticks.get(kind) ?? 0) + Number(fields[11]) + Number(fields[12]));
  }
  return ticks;
}

function statOf(pid: number, thread: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
  } catch {
    return undefined; // It ended while we looked.
  }
}
