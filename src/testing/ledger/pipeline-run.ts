import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { playChat } from '../../simulator/chat-player.ts';
import { waves } from '../../simulator/pace.ts';
import { inventedChannels } from '../../simulator/rooms.ts';
import { type ChatServer, startChatServer } from '../../simulator/server.ts';
import { untilReady } from '../../stack/health.ts';
import { packagePaths } from '../../stack/paths.ts';
import { type PseudoTerminal, runNodeOnTerminal } from '../pseudo-terminal.ts';
import { closePipelineBooks, type PipelineBooks } from './pipeline-books.ts';
import { type PipelineFault, pipelineProcesses, planPipelineFaults } from './pipeline-faults.ts';
import { type PipelineParts, startPipelineParts } from './pipeline-parts.ts';
import { followScreen, type ScreenLog } from './screen-log.ts';
import { type SentLines, sentLines } from './sent-lines.ts';
import type { Victim } from './victim.ts';
import { untilViewed } from './viewers.ts';

export interface PipelineRunOptions {
  readonly seed: number;
  readonly messages: number;
  readonly channels: number;
  /** How many, drawn by the seed; or which ones. */
  readonly faults: number | readonly PipelineFault[];
  /** Messages a second, on average. */
  readonly rate: number;
  /** How long the books may take to close after the last message. Default 180 s, and longer for many messages. */
  readonly settleMs?: number;
  readonly report?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** A fault as it happened. */
export interface SufferedFault {
  readonly fault: PipelineFault;
  /** From the fault, or the end of a pause or cut, until the process was proven ready again. */
  readonly readyMs: number;
  /** From then until a message sent after it was on the screen; undefined when none was sent, at the very end. */
  readonly shownMs: number | undefined;
}

export interface PipelineResult extends PipelineBooks {
  readonly faults: readonly SufferedFault[];
  /** Ends of processes that were not faults of ours, and starts that failed; each was started again. */
  readonly ownEnds: number;
  /** What did not live through it, of `watch` on a terminal and `watch --json`; and lines of the latter that were no view. */
  readonly lostScreens: readonly string[];
  /** Age of what was on the screen whenever something newer came, milliseconds. */
  readonly ages: readonly number[];
}

const WINDOW_SECONDS = 60;

/**
 * Made-up chat through all of it, each part a process of its own: a fake Twitch, the ingestor, Kafka, count and archive,
 * Cassandra, the API and a `watch --json` at its end, while all of them suffer and the network between them breaks;
 * then the books.
 */
export async function runPipeline(options: PipelineRunOptions): Promise<PipelineResult> {
  const { signal = new AbortController().signal } = options;
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-ledger-'));
  const channels = inventedChannels(options.channels);
  const ledger = sentLines();
  const server = await startChatServer({ port: 0, ledger });
  let parts: PipelineParts | undefined;
  let watch: ChildProcess | undefined;
  let terminal: PseudoTerminal | undefined;
  try {
    parts = await startPipelineParts({
      directory,
      channels,
      signal,
      ircPort: server.port,
      windowSeconds: WINDOW_SECONDS,
    });
    watch = startWatch(parts.watchUrl, directory);
    if (watch.stdout === null) throw new Error('watch has no stdout');
    const screen = followScreen(watch.stdout);
    terminal = runNodeOnTerminal([packagePaths.cli, '--home', directory, 'watch'], {
      env: { TWITCHSTATS_API_URL: parts.watchUrl },
    });
    await until(() => channels.every((channel) => server.listeners(channel) > 0), signal);
    await untilViewed(parts.apiUrl, 2, signal);
    const faults = await underFire(
      { ...options, parts, server, channels, made: () => ledger.lines.length },
      signal,
    );
    signal.throwIfAborted();
    return await settle(options, { parts, watch, terminal, screen, faults, ledger });
  } finally {
    if (watch !== undefined) await stopWatch(watch);
    terminal?.kill('SIGTERM');
    await terminal?.ended;
    await parts?.stop();
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
}

function startWatch(url: string, home: string): ChildProcess {
  const args = [packagePaths.cli, '--home', home, 'watch', '--json'];
  return spawn(process.execPath, args, {
    env: { ...process.env, TWITCHSTATS_API_URL: url, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function stopWatch(watch: ChildProcess): Promise<void> {
  if (watch.exitCode !== null || watch.signalCode !== null) return;
  const ended = once(watch, 'exit');
  watch.kill('SIGTERM');
  await ended;
}

interface Fire extends PipelineRunOptions {
  readonly parts: PipelineParts;
  readonly server: ChatServer;
  /** Lines made so far. */
  readonly made: () => number;
}

interface EndedFault {
  readonly fault: PipelineFault;
  readonly readyMs: number;
  /** When what it did was over (epoch ms); for a kill, when it happened. */
  readonly endedAt: number;
  readonly failedStarts: number;
}

/** Plays the chat, and lets each fault happen when its share of the chat was sent. */
async function underFire(
  {
    parts,
    server,
    made,
    report = () => undefined,
    ...options
  }: Omit<Fire, 'channels'> & { channels: readonly string[] },
  signal: AbortSignal,
): Promise<EndedFault[]> {
  const { seed, rate, messages, channels } = options;
  const waiting =
    typeof options.faults === 'number' ? planPipelineFaults(seed, options.faults) : [...options.faults];
  const suffered: Promise<EndedFault>[] = [];
  let ended = 0;
  // Faults of one victim wait for each other. On a slow machine they would still be waiting when all chat was sent.
  const shape = (seconds: number) => waves(seconds) * (suffered.length - ended > MOST_AT_ONCE ? TRICKLE : 1);
  const beginDue = () => {
    for (let next = waiting[0]; next !== undefined && next.at <= made() / messages; next = waiting[0]) {
      waiting.shift();
      const fault = next;
      const happened = happen(fault, parts, server, signal).then((end) => {
        ended += 1;
        const again = end.failedStarts > 0 ? `, ${end.failedStarts} starts failed` : '';
        report(
          `${Math.round(fault.at * 100)} %: ${fault.kind} ${fault.target}, ready after ${end.readyMs} ms${again}`,
        );
        return { fault, ...end };
      });
      // Waited for below, when all chat was sent: it may fail before that.
      happened.catch(() => undefined);
      suffered.push(happened);
    }
  };
  const timer = setInterval(beginDue, 20);
  try {
    await playChat({ server, channels, rate, seed, shape, lines: messages }, signal);
    beginDue();
  } finally {
    clearInterval(timer);
  }
  return Promise.all(suffered);
}

/** With more faults than that at work or waiting, chat is only a trickle: this share of its rate. */
const MOST_AT_ONCE = 5;
const TRICKLE = 0.1;

/** Does one fault. */
async function happen(
  fault: PipelineFault,
  { victims, services, links }: PipelineParts,
  server: ChatServer,
  signal: AbortSignal,
): Promise<Omit<EndedFault, 'fault'>> {
  switch (fault.kind) {
    case 'reconnect': {
      const close = server.askToReconnect();
      const endedAt = Date.now();
      setTimeout(close, 3000);
      return { readyMs: 0, endedAt, failedStarts: 0 };
    }
    case 'cut':
    case 'stall': {
      const link = links[fault.target];
      link[fault.kind]();
      await sleep(fault.lastsMs, undefined, { signal });
      link.mend();
      const endedAt = Date.now();
      const client = pipelineProcesses.find((name) => fault.target.startsWith(name)) ?? 'ingest';
      await untilReady(services[client].ready, signal);
      return { readyMs: Date.now() - endedAt, endedAt, failedStarts: 0 };
    }
    default:
      return sufferUntilReady(victims[fault.target], { kind: fault.kind, pauseMs: fault.lastsMs });
  }
}

/** A process that ends while it starts, for want of a server that is gone too, is started again, as `up` does. */
async function sufferUntilReady(
  victim: Victim,
  fault: Parameters<Victim['suffer']>[0],
): Promise<Omit<EndedFault, 'fault'>> {
  let readyMs = 0;
  for (let failedStarts = 0; ; failedStarts += 1) {
    const from = Date.now();
    try {
      const ms = await victim.suffer(failedStarts === 0 ? fault : { kind: 'restart', pauseMs: 0 });
      readyMs += fault.kind === 'pause' && failedStarts === 0 ? Math.max(0, ms - fault.pauseMs) : ms;
      return { readyMs, endedAt: Date.now() - readyMs, failedStarts };
    } catch (error) {
      if (failedStarts === MAX_FAILED_STARTS) throw error;
      readyMs += Date.now() - from;
    }
  }
}

const MAX_FAILED_STARTS = 20;

interface AfterFire {
  readonly parts: PipelineParts;
  readonly watch: ChildProcess;
  readonly terminal: PseudoTerminal;
  readonly screen: ScreenLog;
  readonly faults: readonly EndedFault[];
  readonly ledger: SentLines;
}

async function settle(
  { messages, settleMs, report = () => undefined, signal = new AbortController().signal }: PipelineRunOptions,
  { parts, watch, terminal, screen, faults, ledger }: AfterFire,
): Promise<PipelineResult> {
  const { settings, victims, apiUrl } = parts;
  report(`${ledger.lines.length} sent, ${faults.length} faults; closing the books`);
  await until(async () => (await ingestHealth(settings.INGEST_HTTP_PORT)) === 'up', signal);
  // In order: what is on its way is flushed, what is not heard any more is told.
  await victims.ingest.stop();
  const books = await closePipelineBooks({
    settings,
    apiUrl,
    report,
    ledger,
    screen: screen.views,
    signal,
    windowSeconds: WINDOW_SECONDS,
    deadline: Date.now() + (settleMs ?? Math.max(180_000, messages)),
  });
  return {
    ...books,
    // Only now: what was sent last may have come to the screen last.
    faults: faults.map(({ fault, readyMs, endedAt }) => ({
      fault,
      readyMs,
      shownMs: screen.shownAfter(endedAt),
    })),
    ownEnds: pipelineProcesses.reduce(
      (sum, name) => sum + victims[name].ownEnds(),
      faults.reduce((sum, { failedStarts }) => sum + failedStarts, 0),
    ),
    lostScreens: [
      // A dashboard that ends gives the terminal back.
      ...(terminal.isAlternate() ? [] : ['watch']),
      ...(watch.exitCode === null && watch.signalCode === null ? [] : ['watch --json']),
      ...screen.unreadable,
    ],
    ages: screen.ages(),
  };
}

const healthSchema = z.object({ status: z.string() });

async function ingestHealth(port: number): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2000) });
    return healthSchema.parse(await response.json()).status;
  } catch {
    return 'away';
  }
}

async function until(condition: () => boolean | Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await condition())) await sleep(50, undefined, { signal });
}
