import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface PortHolder {
  readonly pid: number;
  /** Its command line, or its name where the system tells no more. */
  readonly command: string;
}

/** Who listens on a TCP port of this machine; undefined when it is nobody, or a process that we may not look at. */
export function portHolder(port: number): PortHolder | undefined {
  return process.platform === 'linux' ? holderFromProc(port) : holderFromLsof(port);
}

/** `java (pid 4711)`, for one line of an error. */
export function describeHolder(holder: PortHolder | undefined): string {
  if (holder === undefined) return 'a process that this user may not see';
  const { pid, command } = holder;
  if (/twitchstats/i.test(command)) return `another twitchstats stack (pid ${pid})`;
  const [program = command] = command.split(' ');
  return `${program.split('/').at(-1)} (pid ${pid})`;
}

function holderFromProc(port: number): PortHolder | undefined {
  const sockets = new Set(listeningInodes(port).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (Number.isInteger(pid) && descriptorsOf(pid).some((target) => sockets.has(target)))
      return { pid, command: commandOf(pid) };
  }
  return undefined;
}

/** From proc_net_tcp(5): field 1 is the local address with the port in hex, field 3 the state (0A listens), 9 the inode. */
function listeningInodes(port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => {
    const rows = readOr(table, '').split('\n').slice(1);
    return rows
      .map((row) => row.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === '0A')
      .map((fields) => fields[9] ?? '');
  });
}

function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((descriptor) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      } catch {
        return '';
      }
    });
  } catch {
    return [];
  }
}

function commandOf(pid: number): string {
  return readOr(`/proc/${pid}/cmdline`, '').split('\0').join(' ').trim();
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}

function holderFromLsof(port: number): PortHolder | undefined {
  try {
    const text = execFileSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [, pid] = /^p(\d+)$/m.exec(text) ?? [];
    const [, command = ''] = /^c(.+)$/m.exec(text) ?? [];
    return pid === undefined ? undefined : { pid: Number(pid), command };
  } catch {
    return undefined;
  }
}
