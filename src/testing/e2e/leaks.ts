import { readdirSync, readFileSync } from 'node:fs';
import { isPortFree } from '../../stack/ports.ts';

/** Command lines of the living processes that have `home` among their arguments, by pid: every process of a stack has. */
export function processesOf(home: string): Map<number, string> {
  const found = new Map<number, string>();
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid)) continue;
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (command.includes(home)) found.set(pid, command.slice(0, 120));
    } catch {
      // It has just gone.
    }
  }
  return found;
}

/** Waits until no process of `home` is left; gives those that are still there after `timeoutMs`. */
export async function remainingProcesses(home: string, timeoutMs = 20_000): Promise<string[]> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const left = [...processesOf(home)].map(([pid, command]) => `${pid} ${command}`);
    if (left.length === 0 || Date.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function heldPorts(ports: readonly number[]): Promise<number[]> {
  const held = await Promise.all(ports.map(async (port) => ((await isPortFree(port)) ? [] : [port])));
  return held.flat();
}
