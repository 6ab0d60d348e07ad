import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Interruption, watchSignals } from '../cli/signals.ts';
import { secondSignal } from '../stack/second-signal.ts';

/** A directory that is gone when this process has ended, by a signal too where that ends it through `process.exit`. */
export function scratchDirectory(prefix: string): string {
  const directory = mkdtempSync(join(tmpdir(), prefix));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}

type Child = Promise<unknown> & { kill(signal: NodeJS.Signals): boolean };

const children = new Set<Child>();
let isEnding = false;

/**
 * On Ctrl-C, SIGTERM and SIGHUP ends the process as a shell expects it: after `first`, and when the child processes that
 * are waited for have ended, which may still write. At once when told again.
 */
export function endOnSignals(first: (signal: NodeJS.Signals) => Promise<void> = async () => {}): void {
  const { signal, exitCode } = watchSignals();
  const end = () => process.exit(exitCode());
  signal.addEventListener('abort', () => {
    isEnding = true;
    const { signalName }: Interruption = signal.reason;
    // Ctrl-C has reached them already.
    if (signalName !== 'SIGINT') for (const child of children) child.kill(signalName);
    void Promise.allSettled([first(signalName), ...children]).finally(end);
  });
  secondSignal(signal).signal.addEventListener('abort', end);
}

/** How a child process ended; see {@link unlessEnding}. */
export function ending<Result>(child: Promise<Result> & Pick<Child, 'kill'>): Promise<Result> {
  children.add(child);
  return unlessEnding(child.finally(() => children.delete(child)));
}

/** How the work went. Never told when this process is to end itself: nothing new begins, and no failure is reported. */
export async function unlessEnding<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } finally {
    if (isEnding) await new Promise<never>(() => {});
  }
}
