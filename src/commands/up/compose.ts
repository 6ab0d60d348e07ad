import type { HandlerInput } from '../../cli/command.ts';
import { AppError, exitCodes, toAppError } from '../../contract/errors.ts';
import { packagePaths } from '../../stack/paths.ts';
import { runForeground } from '../../stack/run-foreground.ts';

interface ComposeOptions {
  readonly demo: boolean;
  readonly detach: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly service: readonly string[];
  readonly ports?: 'auto' | undefined;
}

/**
 * Hands everything to `docker compose` and gives its exit code; docs/compose.md has the same lines for typing.
 * @throws AppError USAGE for what the compose file decides, SERVICE_FAILED without Docker
 */
export async function runCompose(
  { options, output, signal }: Pick<HandlerInput<ComposeOptions>, 'options' | 'output' | 'signal'>,
  channels: readonly string[],
): Promise<number> {
  if (options.service.length > 0) {
    throw new AppError('USAGE', 'In containers everything is started together', {
      hint: 'Leave the services out, or see docs/compose.md.',
    });
  }
  if (options.ports !== undefined) {
    throw new AppError('USAGE', '--ports is not for containers', {
      hint: 'Their ports are PORT, PROCESSOR_HTTP_PORT and INGEST_HTTP_PORT: see docs/compose.md.',
    });
  }
  if (output.json) {
    throw new AppError('USAGE', '--json is not for containers: what is printed is what docker compose says', {
      hint: 'Leave it out, and ask `docker compose ps --format json` what runs.',
    });
  }
  const args = composeArguments(options, channels);
  output.note(`docker ${args.join(' ')}`);
  const needs = 'It needs Docker Engine 25 and Docker Compose 2.24 or newer; without them leave --infra out.';
  const code = await runForeground(
    {
      name: 'docker compose',
      command: 'docker',
      args,
      env: channels.length === 0 ? {} : { TWITCH_CHANNEL: channels.join(',') },
      stdin: 'inherit',
    },
    signal,
  ).catch((cause: unknown) => {
    const detail = toAppError(cause).detail ?? '';
    throw new AppError('SERVICE_FAILED', 'docker compose could not be started', {
      detail,
      hint: needs,
      cause,
    });
  });
  if (code !== 0 && !signal.aborted)
    throw new AppError('SERVICE_FAILED', `docker compose ended with exit code ${code}`, { hint: needs });
  if (options.detach)
    output.note(`Stop it with \`docker ${[...baseArguments(), '--profile', "'*'", 'down'].join(' ')}\`.`);
  return exitCodes.ok;
}

/** What is typed behind `docker`. */
export function composeArguments(
  { demo, detach, timeout }: Omit<ComposeOptions, 'service' | 'ports'>,
  channels: readonly string[],
): string[] {
  return [
    ...baseArguments(),
    ...(demo ? ['--env-file', packagePaths.composeDemo] : []),
    ...(!demo && channels.length > 0 ? ['--profile', 'live'] : []),
    'up',
    ...(detach ? ['--detach', '--wait', '--wait-timeout', String(Math.ceil(timeout))] : []),
  ];
}

function baseArguments(): string[] {
  return ['compose', '-f', packagePaths.composeFile];
}
