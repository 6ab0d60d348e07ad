import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { playChat } from '../../simulator/chat-player.ts';
import { waves } from '../../simulator/pace.ts';
import { inventedChannels } from '../../simulator/rooms.ts';
import { type ChatServer, startChatServer } from '../../simulator/server.ts';
import { packagePaths } from '../../stack/paths.ts';
import { type PseudoTerminal, runNodeOnTerminal } from '../pseudo-terminal.ts';
import { untilIngests } from './ingest-health.ts';
import { type OwnEnd, unexpectedEnds } from './own-ends.ts';
import { closePipelineBooks, type PipelineBooks } from './pipeline-books.ts';
import { type PipelineFault, pipelineProcesses, planPipelineFaults } from './pipeline-faults.ts';
import { type PipelineParts, startPipelineParts } from './pipeline-parts.ts';
import { followScreen, type ScreenLog } from './screen-log.ts';
import { type SentLines, sentLines } from './sent-lines.ts';
import { overdueIn, until, untilServes } from './until.ts';
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
  /** What processes did that was no fault of ours; each was started again. */
  readonly ownEnds: readonly OwnEnd[];
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
  let isWell = false;
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
    const areJoined = () => channels.every((channel) => server.listeners(channel) > 0);
    await until('all channels are joined', areJoined, { signal });
    await untilViewed(parts.apiUrl, 2, signal);
    const faults = await underFire(
      { ...options, parts, server, channels, made: () => ledger.lines.length },
      signal,
    );
    signal.throwIfAborted();
    const result = await settle(options, { parts, watch, terminal, screen, faults, ledger });
    isWell = result.open.length === 0 && result.lostScreens.length === 0;
    return result;
  } finally {
    if (watch !== undefined && isRunning(watch)) await endScreen(once(watch, 'exit'), watch);
    if (terminal !== undefined) await endScreen(terminal.ended, terminal);
    await parts?.stop();
    await server.close();
    if (isWell || signal.aborted) await rm(directory, { recursive: true, force: true });
    else await keepLogs(directory, options.report);
  }
}

/** Removes all else that a run left. */
async function keepLogs(directory: string, report: PipelineRunOptions['report']): Promise<void> {
  for (const name of await readdir(directory))
    if (name !== 'logs') await rm(join(directory, name), { recursive: true, force: true });
  report?.(`its logs are in ${join(directory, 'logs')}`);
}

function startWatch(url: string, home: string): ChildProcess {
  const args = [packagePaths.cli, '--home', home, 'watch', '--json'];
  return spawn(process.execPath, args, {
    env: { ...process.env, TWITCHSTATS_API_URL: url, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** One that does not end when it is asked to is killed. */
async function endScreen(
  ended: Promise<unknown>,
  screen: { kill(signal: NodeJS.Signals): unknown },
): Promise<void> {
  screen.kill('SIGTERM');
  const timer = setTimeout(() => screen.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
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
        report(
          `${Math.round(fault.at * 100)} %: ${fault.kind} ${fault.target}, ready after ${end.readyMs} ms`,
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
      return { readyMs: 0, endedAt };
    }
    case 'cut':
    case 'stall': {
      const link = links[fault.target];
      link[fault.kind]();
      await sleep(fault.lastsMs, undefined, { signal });
      link.mend();
      const endedAt = Date.now();
      const client = pipelineProcesses.find((name) => fault.target.startsWith(name)) ?? 'ingest';
      await untilServes(services[client], client, { signal });
      return { readyMs: Date.now() - endedAt, endedAt };
    }
    default: {
      const { kind, lastsMs: pauseMs } = fault;
      const ms = await victims[fault.target].suffer({ kind, pauseMs });
      const readyMs = kind === 'pause' ? Math.max(0, ms - pauseMs) : ms;
      return { readyMs, endedAt: Date.now() - readyMs };
    }
  }
}

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
  const late = await overdueIn(untilIngests(settings, signal));
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
  const ownEnds = pipelineProcesses.flatMap((name) => victims[name].ownEnds());
  return {
    ...books,
    open: [...late, ...unexpectedEnds(ownEnds), ...books.open],
    // Only now: what was sent last may have come to the screen last.
    faults: faults.map(({ fault, readyMs, endedAt }) => ({
      fault,
      readyMs,
      shownMs: screen.shownAfter(endedAt),
    })),
    ownEnds,
    lostScreens: [
      // A dashboard that ends gives the terminal back.
      ...(terminal.isAlternate() ? [] : ['watch']),
      ...(isRunning(watch) ? [] : ['watch --json']),
      ...screen.unreadable,
    ],
    ages: screen.ages(),
  };
}
