import { spawn } from 'node:child_process';
import { AppError, messageOf } from '../contract/errors.ts';
import { describeExit } from './start-service.ts';

export interface ForegroundProgram {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** `pipe`: ours alone, held open until we die, for a Guard. `inherit`: the user's own. */
  readonly stdin: 'pipe' | 'inherit';
}

/**
 * Runs a program on the user's own terminal and gives its exit code; ends it by SIGTERM when `signal` is aborted.
 * @throws AppError SERVICE_FAILED when it cannot be started, or is killed by a signal that we did not send
 */
export async function runForeground(program: ForegroundProgram, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const child = spawn(program.command, [...program.args], {
    stdio: [program.stdin, 'inherit', 'inherit'],
    env: { ...process.env, ...program.env },
    ...(program.cwd === undefined ? {} : { cwd: program.cwd }),
  });
  child.stdin?.on('error', () => undefined);
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (cause) =>
        reject(
          new AppError('SERVICE_FAILED', `${program.name} could not be started`, {
            detail: messageOf(cause),
            cause,
          }),
        ),
      );
      child.once('exit', (code, by) => {
        if (code !== null) resolve(code);
        else if (signal.aborted) resolve(0);
        else {
          const why = describeExit({ code: undefined, signal: by ?? undefined });
          reject(new AppError('SERVICE_FAILED', `${program.name} was ${why}`));
        }
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
