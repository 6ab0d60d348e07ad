import { setTimeout as sleep } from 'node:timers/promises';
import type { HandlerInput } from '../../cli/command.ts';
import { AppError, exitCodes } from '../../contract/errors.ts';
import { askSupervisor } from '../../stack/control-client.ts';
import { runningStack } from '../../stack/discover.ts';
import { readStackState, type ServiceStatus, type StackState } from '../../stack/state.ts';
import type { UpOptions } from './command.ts';
import { createView } from './create-view.ts';
import { stackSummary } from './summary.ts';
import type { UpView } from './view.ts';

/** A stack runs already: says so, and starts what is missing of it. */
export async function startMissing(
  { options, io, output, global, signal }: HandlerInput<UpOptions>,
  running: StackState,
  channels: readonly string[],
): Promise<number> {
  if (options.infra !== 'local' && options.infra !== running.infra) {
    throw new AppError('USAGE', `The stack that runs under ${global.home} has servers of its own`, {
      hint: 'Stop it with `twitchstats down`, or take another --home.',
    });
  }
  output.note(`A stack runs already under ${global.home} (pid ${running.supervisor.pid}).`);
  const wanted = {
    services: [...options.service],
    demo: options.demo,
    channels: [...channels],
    timeoutMs: options.timeout * 1000,
  };
  const view = createView(io, output, global.quiet);
  const started = askSupervisor(running, { do: 'start', ...wanted }, signal);
  try {
    await showChanges(global.home, running.services, view, started);
  } finally {
    view.end();
  }
  const now = runningStack(global.home) ?? running;
  output.note(newsOf(running, now));
  output.outcome(stackSummary(now, global.home));
  return exitCodes.ok;
}

/** In words: what is ready now and was not before, and what is read that was not. */
export function newsOf(before: StackState, now: StackState): string {
  const readyNames = ({ services }: StackState) =>
    services.filter(({ state }) => state === 'ready').map(({ name }) => name);
  const wasReady = readyNames(before);
  const started = readyNames(now).filter((name) => !wasReady.includes(name));
  const added = now.channels.filter((channel) => !before.channels.includes(channel));
  const news = [
    ...(started.length === 0 ? [] : [`Started what was missing: ${started.join(', ')}.`]),
    ...(added.length === 0 || !wasReady.includes('ingest') ? [] : [`Also read now: ${added.join(', ')}.`]),
  ];
  return news.length === 0 ? 'Nothing was missing.' : news.join('\n');
}

/** Shows every service that is not as it was, until `done` settles; throws what that throws. */
export async function showChanges(
  home: string,
  before: readonly ServiceStatus[],
  view: Pick<UpView, 'show'>,
  done: Promise<void>,
): Promise<void> {
  const shown = new Map(before.map((status) => [status.name, JSON.stringify(status)]));
  const show = () => {
    for (const status of readStackState(home)?.services ?? []) {
      const now = JSON.stringify(status);
      // One that was never asked for only waits.
      if (shown.get(status.name) === now || status.state === 'waiting') continue;
      shown.set(status.name, now);
      view.show({ type: 'planned', services: [] });
      view.show({ type: 'service', status });
    }
  };
  const settled = done.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([settled, sleep(150, false)]))) show();
  await done;
  show();
}
