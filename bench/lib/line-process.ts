import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface LineProcess {
  readonly pid: number;
  say(line: string): void;
  /** The next line of its stdout, in order. Rejects when it ended. */
  line(): Promise<string>;
  /** Ends it, and waits until it has. */
  end(): Promise<void>;
}

/** Runs a script of `bench/lib` that is spoken to in lines. Its stderr is shown, unless that is `ignore`d. */
export function runLines(
  script: string,
  args: readonly string[],
  stderr: 'inherit' | 'ignore' = 'inherit',
): LineProcess {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    stdio: ['pipe', 'pipe', stderr],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    say: (line) => child.stdin.write(`${line}\n`),
    async line() {
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${script} ended`);
      return String(value);
    },
    async end() {
      child.kill();
      await ended;
    },
  };
}
