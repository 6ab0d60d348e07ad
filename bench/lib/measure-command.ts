import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface CommandCost {
  /** From the start of the command to its end. */
  readonly seconds: number;
  /** User and system time of it and its children: what other load on the machine disturbs less. */
  readonly cpuSeconds: number;
  /** The largest sum of resident memory that it and its children were seen with; 0 where there is no /proc. */
  readonly peakMiB: number;
}

const POLL_MS = 50;

/** Runs a line of bash, its output thrown away, and tells what it cost. @throws Error when it fails */
export async function measureCommand(
  line: string,
  env: Readonly<Record<string, string>> = {},
): Promise<CommandCost> {
  const script = `TIMEFORMAT='times %R %U %S'; time { ${line} > /dev/null; }`;
  const child = spawn('bash', ['-o', 'pipefail', '-c', script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  let peakKiB = 0;
  const poll = setInterval(() => {
    peakKiB = Math.max(peakKiB, residentKiB(child.pid ?? 0));
  }, POLL_MS);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearInterval(poll);
  const times = /^times ([\d.]+) ([\d.]+) ([\d.]+)$/m.exec(words);
  if (code !== 0 || times === null) throw new Error(`${line}\nexit ${code}\n${words}`);
  const [seconds = 0, user = 0, system = 0] = times.slice(1).map(Number);
  return { seconds, cpuSeconds: user + system, peakMiB: peakKiB / 1024 };
}

/** Of the descendants of a process, itself left out: that is only the shell. */
function residentKiB(root: number): number {
  const parents = new Map<number, number>();
  const resident = new Map<number, number>();
  for (const name of processNames()) {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
      resident.set(Number(name), Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0));
    } catch {
      // It ended while we looked.
    }
  }
  const isOurs = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && parent !== 0 && (parent === root || isOurs(parent));
  };
  return [...resident].reduce((sum, [pid, kib]) => sum + (isOurs(pid) ? kib : 0), 0);
}

function processNames(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
