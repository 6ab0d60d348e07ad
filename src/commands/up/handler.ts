import type { HandlerInput } from '../../cli/command.ts';
import type { Settings } from '../../config/settings.ts';
import { AppError, exitCodes } from '../../contract/errors.ts';
import { isDetachedChild, runDetachedChild, startDetached } from '../../stack/detach.ts';
import { stackToJoin } from '../../stack/discover.ts';
import { type RunStackOptions, runStack, type StackEvent } from '../../stack/run-stack.ts';
import { secondSignal } from '../../stack/second-signal.ts';
import type { Infra } from '../../stack/stack-ports.ts';
import type { StackState } from '../../stack/state.ts';
import { banner } from './banner.ts';
import type { UpOptions } from './command.ts';
import { runCompose } from './compose.ts';
import { followCounts } from './counts.ts';
import { createView } from './create-view.ts';
import { startMissing } from './start-missing.ts';
import { stackSummary } from './summary.ts';
import type { UpView } from './view.ts';

export async function runUp(input: HandlerInput<UpOptions>): Promise<number | undefined> {
  const { options, io } = input;
  const { settings } = input.config(options.channel === undefined ? {} : { TWITCH_CHANNEL: options.channel });
  if (options.infra === 'compose') return runCompose(input, settings.TWITCH_CHANNEL);
  // One that was asked to become the supervisor leaves it to its parent to join another.
  const mayJoin = !isDetachedChild(io.env);
  for (;;) {
    const running = mayJoin ? await another(input) : undefined;
    if (running !== undefined) return startMissing(input, running, settings.TWITCH_CHANNEL);
    try {
      await start(input, options.infra, settings);
      return exitCodes.ok;
    } catch (error) {
      // Who was faster is waited for: it may be about to run, and it may be gone again.
      const isBeaten = error instanceof AppError && error.code === 'STACK_ALREADY_RUNNING';
      if (!isBeaten || !mayJoin) throw error;
    }
  }
}

/** The stack that runs already, or that another one starts at this moment. */
function another({ options, global, output, signal }: HandlerInput<UpOptions>) {
  return stackToJoin(global.home, {
    timeoutMs: options.timeout * 1000,
    signal,
    onWaiting: (what) => output.note(`${what}: waiting for it.`),
  });
}

async function start(input: HandlerInput<UpOptions>, infra: Infra, settings: Settings): Promise<void> {
  const { options, global, io, signal } = input;
  const second = secondSignal(signal);
  const stack: RunStackOptions = {
    home: global.home,
    infra,
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
}

async function foreground(input: HandlerInput<UpOptions>, stack: RunStackOptions): Promise<void> {
  const { io, output, global } = input;
  const view = createView(io, output, global.quiet);
  const counting = new AbortController();
  stack.kill.addEventListener('abort', () => view.say('Killing what is left.'), { once: true });
  try {
    await runStack({
      ...stack,
      onEvent(event) {
        if (event.type === 'stopping') counting.abort();
        view.show(event);
        if (event.type !== 'ready') return;
        showReady(input, view, event);
        const api = apiOf(event.state);
        if (api !== undefined) {
          const settings = { ...stack.settings, TWITCHSTATS_API_URL: api };
          void followCounts(settings, output.wordPaint, counting.signal, view.footer);
        }
      },
    });
  } finally {
    counting.abort();
    view.end();
  }
  output.note('Everything is stopped; the data is kept.');
}

/** The address of the API where it runs: below the banner, one line moves as long as there is something to count. */
function apiOf({ settings, services }: StackState): string | undefined {
  const hasApi = services.some(({ name, state }) => name === 'api' && state === 'ready');
  return hasApi ? settings.TWITCHSTATS_API_URL : undefined;
}

async function background(input: HandlerInput<UpOptions>, stack: RunStackOptions): Promise<void> {
  const { io, output, global } = input;
  const view = createView(io, output, global.quiet);
  stack.kill.addEventListener('abort', () => view.say('Killing what is left.'), { once: true });
  try {
    await startDetached({
      home: global.home,
      argv: sameCommandLine(input),
      signal: stack.signal,
      kill: stack.kill,
      onEvent(event) {
        view.show(event);
        if (event.type !== 'ready') return;
        showReady(input, view, event);
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
    ...['--infra', options.infra],
    ...(options.demo ? ['--demo'] : []),
    ...(options.channel ?? []).flatMap((channel) => ['--channel', channel]),
    ...(options.ports === undefined ? [] : ['--ports', options.ports]),
    ...(global.config === undefined ? [] : ['--config', global.config]),
    ...(global.logLevel === undefined ? [] : ['--log-level', global.logLevel]),
  ];
}

function showReady(
  { options, global, output }: HandlerInput<UpOptions>,
  view: UpView,
  { state, tookMs }: Extract<StackEvent, { type: 'ready' }>,
): void {
  if (output.json) output.outcome(stackSummary(state, global.home, tookMs));
  else view.say(banner(state, { home: global.home, tookMs, detached: options.detach }, output.wordPaint));
}
