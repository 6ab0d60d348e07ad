import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** Whether this user may make a network namespace: root may, in most containers too. */
export const canBeAlone = spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up']).status === 0;

export interface NoNetwork {
  /** What a command is put behind to run where there is loopback and nothing else. */
  readonly prefix: readonly string[];
  end(): void;
}

/** A network namespace of its own, which lasts until `end`. Only where {@link canBeAlone}. */
export async function withoutNetwork(): Promise<NoNetwork> {
  const script = 'ip link set lo up && echo ready && exec sleep infinity';
  const holder = spawn('unshare', ['-n', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  return { prefix: ['nsenter', `--net=/proc/${holder.pid}/ns/net`], end: () => holder.kill() };
}
