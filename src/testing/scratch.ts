import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory that is gone when this process has ended, by a signal too where that ends it through `process.exit`. */
export function scratchDirectory(prefix: string): string {
  const directory = mkdtempSync(join(tmpdir(), prefix));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}

/** On Ctrl-C and SIGTERM ends the process as a shell expects it, after `first`, so that what waits for its exit is done. */
export function endOnSignals(first: (signal: NodeJS.Signals) => Promise<void> = async () => {}): void {
  for (const [signal, exitCode] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => void first(signal).finally(() => process.exit(exitCode)));
  }
}
