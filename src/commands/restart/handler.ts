import type { HandlerInput } from '../../cli/command.ts';
import { AppError } from '../../contract/errors.ts';
import { askSupervisor } from '../../stack/control-client.ts';
import { runningStack } from '../../stack/discover.ts';
import type { ServiceName } from '../../stack/service.ts';

/** @throws AppError STACK_NOT_RUNNING, SERVICE_FAILED, USAGE for a service that this stack has not */
export async function runRestart({
  options,
  global,
  output,
  signal,
}: HandlerInput<{ service: ServiceName }>) {
  const running = runningStack(global.home);
  if (running === undefined) throw new AppError('STACK_NOT_RUNNING', `No stack runs under ${global.home}`);
  const started = Date.now();
  output.note(`Restarting ${options.service}`);
  await askSupervisor(running, { do: 'restart', service: options.service }, signal);
  const status = runningStack(global.home)?.services.find(({ name }) => name === options.service);
  const tookMs = Date.now() - started;
  output.note(
    `${options.service} is ready again after ${(tookMs / 1000).toFixed(1)} s: ${status?.detail ?? ''}`,
  );
  output.outcome({ name: options.service, pid: status?.process?.pid ?? null, took_ms: tookMs });
  return undefined;
}
