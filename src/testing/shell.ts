import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export interface ShellResult {
  /** Of the last command that failed, as `pipefail` gives it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A shell that knows `twitchstats`, run from the sources, in a directory of its own. */
export interface Shell {
  readonly directory: string;
  /** Runs a command line of bash, with `pipefail`, so that no part that failed is overlooked. */
  run(line: string, env?: Readonly<Record<string, string>>): Promise<ShellResult>;
  dispose(): Promise<void>;
}

const cli = fileURLToPath(new URL('./cli-main.ts', import.meta.url));

export async function createShell(env: Readonly<Record<string, string>>): Promise<Shell> {
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-shell-'));
  const home = join(directory, 'home');
  const bin = join(directory, 'twitchstats');
  await writeFile(
    bin,
    `#!/bin/sh\nexec '${process.execPath}' --import '${import.meta.resolve('tsx')}' '${cli}' "$@"\n`,
  );
  await chmod(bin, 0o755);
  return {
    directory,
    async run(line, more = {}) {
      const result = await execa('bash', ['-o', 'pipefail', '-c', line], {
        cwd: directory,
        env: {
          ...env,
          ...more,
          HOME: home,
          TWITCHSTATS_HOME: home,
          PATH: `${directory}:${process.env.PATH}`,
        },
        reject: false,
        stripFinalNewline: false,
        stdin: 'ignore',
      });
      return { code: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
    },
    dispose: () => rm(directory, { recursive: true, force: true }),
  };
}
