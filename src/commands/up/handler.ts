import type { HandlerInput } from '../../cli/command.ts';
import { exitCodes } from '../../contract/errors.ts';
import { askSupervisor } from '../../stack/control-client.ts';
import { isDetachedChild, runDetachedChild, startDetached } from '../../stack/detach.ts';
import { runningStack } from '../../stack/discover.ts';
import { type RunStackOptions, runStack } from '../../stack/run-stack.ts';
import { secondSignal } from '../../stack/second-signal.ts';
import type { StackState } from '../../stack/state.ts';
import { banner } from './banner.ts';
import { showCounts } from './counts.ts';
import { createStartView } from './start-view.ts';
import { stackSummary } from './summary.ts';

export interface UpOptions {
  readonly service: readonly string[];
  readonly demo: boolean;
  readonly channel?: readonly string[] | undefined;
  readonly detach: boolean;
  /** Seconds. */
  readonly timeout: number;
  readonly ports?: 'auto' | undefined;
}

export async function runUp(input: HandlerInput<UpOptions>): Promise<number | undefined> {
  const { options, global, io, signal } = input;
  const { settings } = input.config(options.channel === undefined ? {} : { TWITCH_CHANNEL: options.channel });
  const running = runningStack(global.home);
  if (running !== undefined) return startMissing(input, running, settings.TWITCH_CHANNEL);
  const second = secondSignal(signal);
  const stack: RunStackOptions = {
    home: global.home,
    settings,
    services: options.service,
    demo: options.demo,
    channels: settings.TWITCH_CHANNEL,
    autoPorts: options.ports === 'auto',
    timeoutMs: options.timeout * 1000,
    signal,
    kill: second.signal,
    onEvent: () => undefined,
  };
  try {
    if (isDetachedChild(io.env)) await runDetachedChild(stack);
    else if (options.detach) await background(input, stack);
    else await foreground(input, stack);
  } finally {
    second.dispose();
  }
  return exitCodes.ok;
}

async function foreground(
  { io, output, global }: HandlerInput<UpOptions>,
  stack: RunStackOptions,
): Promise<void> {
  const view = createStartView(io, output, global.quiet);
  const counting = new AbortController();
  stack.kill.addEventListener('abort', () => output.note('Killing what is left.'), { once: true });
  try {
    await runStack({
      ...stack,
      onEvent(event) {
        if (event.type === 'stopping') {
          counting.abort();
          output.note('Stopping everything in order; Ctrl-C again kills it at once.');
        }
        view.show(event);
        if (event.type !== 'ready') return;
        showReady(output, event.state, { home: global.home, tookMs: event.tookMs, detached: false });
        if (!global.quiet)
          void showCounts(io, output, event.state, AbortSignal.any([stack.signal, counting.signal]));
      },
    });
  } finally {
    counting.abort();
    view.end();
  }
  output.note('Everything is stopped; the data is kept.');
}

async function background(input: HandlerInput<UpOptions>, stack: RunStackOptions): Promise<void> {
  const { io, output, global } = input;
  const view = createStartView(io, output, global.quiet);
  try {
    await startDetached({
      home: global.home,
      argv: sameCommandLine(input),
      signal: stack.signal,
      onEvent(event) {
        view.show(event);
        if (event.type !== 'ready') return;
        showReady(output, event.state, { home: global.home, tookMs: event.tookMs, detached: true });
      },
    });
  } finally {
    view.end();
  }
}

/** For the process that becomes the supervisor; what else decides (environment, working directory) it inherits. */
function sameCommandLine({ options, global }: HandlerInput<UpOptions>): string[] {
  return [
    'up',
    ...options.service,
    ...['--home', global.home, '--timeout', String(options.timeout)],
    ...(options.demo ? ['--demo'] : []),
    ...(options.channel ?? []).flatMap((channel) => ['--channel', channel]),
    ...(options.ports === undefined ? [] : ['--ports', options.ports]),
    ...(global.config === undefined ? [] : ['--config', global.config]),
    ...(global.logLevel === undefined ? [] : ['--log-level', global.logLevel]),
  ];
}

/** A stack runs already: says so, and starts what is missing of it. */
async function startMissing(
  { options, output, global, signal }: HandlerInput<UpOptions>,
  running: StackState,
  channels: readonly string[],
): Promise<number> {
  output.note(`A stack runs already under ${global.home} (pid ${running.supervisor.pid}).`);
  const wanted = {
    services: [...options.service],
    demo: options.demo,
    channels: [...(options.channel ?? channels)],
  };
  await askSupervisor(running, { do: 'start', ...wanted }, signal);
  const now = runningStack(global.home) ?? running;
  const before = new Set(running.services.filter(({ state }) => state === 'ready').map(({ name }) => name));
  const started = now.services.filter(({ name, state }) => state === 'ready' && !before.has(name));
  output.note(
    started.length === 0
      ? 'Nothing was missing.'
      : `Started what was missing: ${started.map(({ name }) => name).join(', ')}.`,
  );
  if (output.json) output.object(stackSummary(now, global.home), () => '');
  return exitCodes.ok;
}

function showReady(
  output: HandlerInput<UpOptions>['output'],
  state: StackState,
  facts: { home: string; tookMs: number; detached: boolean },
): void {
  if (output.json) output.object(stackSummary(state, facts.home, facts.tookMs), () => '');
  else output.note(banner(state, facts, output.wordPaint));
}
