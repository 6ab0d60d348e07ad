import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootstrap } from '../../bootstrap/bootstrap.ts';
import { type Settings, settingsSchema } from '../../config/settings.ts';
import { needJdk } from '../../stack/jdk-choice.ts';
import { freePorts } from '../../stack/ports.ts';
import { processorService } from '../../stack/services/processor.ts';
import { embeddedServices, testClassPaths } from '../embedded.ts';
import { closeBooks, type Discrepancy } from './books.ts';
import { type Fault, type FaultTarget, scheduleFaults } from './faults.ts';
import { type Plan, planMessages } from './plan.ts';
import { readArchive, readLog, readNewestWindows } from './readers.ts';
import { sendAll } from './send.ts';
import { startVictim, type Victim } from './victim.ts';
import { publishedWindow } from './windows.ts';

export interface LedgerOptions {
  readonly seed: number;
  readonly messages: number;
  readonly channels: number;
  readonly faults: number;
  /** Messages a second. */
  readonly rate: number;
  /** Settings of the processes under test, by environment name: how a defect is planted. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long the books may take to close after the last message. Default 120 s. */
  readonly settleMs?: number;
  readonly signal?: AbortSignal;
  readonly report?: (line: string) => void;
}

export interface LedgerResult {
  readonly distinct: number;
  readonly sent: number;
  readonly faults: readonly (Fault & { readonly recoveryMs: number })[];
  /** Ends of processes that were not faults of ours. */
  readonly ownEnds: number;
  readonly discrepancies: readonly Discrepancy[];
}

const targets: readonly [FaultTarget, ...FaultTarget[]] = [
  { name: 'count', kinds: ['kill', 'kill', 'pause'], weight: 4 },
  { name: 'archive', kinds: ['kill', 'kill', 'pause'], weight: 4 },
  { name: 'kafka', kinds: ['restart', 'kill'], weight: 1 },
  { name: 'cassandra', kinds: ['restart', 'kill'], weight: 1 },
];

/**
 * Known messages through real servers while processes are killed, paused and restarted, then the books: what was
 * acknowledged, the log, the rows, the windows. Everything follows from the seed but the scheduling of the machine.
 */
export async function runLedger(options: LedgerOptions): Promise<LedgerResult> {
  const { seed, report = () => undefined, signal = new AbortController().signal } = options;
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-ledger-'));
  const plan = planMessages({
    ...{ seed, messages: options.messages, channels: options.channels, windowSeconds: WINDOW_SECONDS },
    ...{ start: alignedNow() - SPAN_MS, spanMs: SPAN_MS },
  });
  const { settings, victims } = await startVictims(directory, options, signal);
  try {
    const faults = await sendUnderFire(settings, plan, options, victims, signal);
    report(`${plan.sends.length} sent and acknowledged, ${faults.length} faults; closing the books`);
    const discrepancies = await settle(settings, plan, options.settleMs ?? 120_000, report);
    const ownEnds = victims.reduce((total, victim) => total + victim.ownEnds(), 0);
    return { distinct: plan.distinct.length, sent: plan.sends.length, faults, ownEnds, discrepancies };
  } finally {
    await Promise.all(victims.map((victim) => victim.stop()));
    await rm(directory, { recursive: true, force: true });
  }
}

const WINDOW_SECONDS = 60;
const SPAN_MS = 10 * 60_000;

/** The end of the simulated time lies in the past, so that nothing is in the future of the processor's clock. */
function alignedNow(): number {
  return Math.floor(Date.now() / 60_000) * 60_000;
}

async function startVictims(directory: string, { env = {} }: LedgerOptions, signal: AbortSignal) {
  const ports = await freePorts(7);
  const classPaths = await testClassPaths();
  const servers = embeddedServices(directory, ports.slice(0, 5), classPaths);
  const settings = settingsSchema.parse({
    KAFKA_BROKERS: `127.0.0.1:${servers.kafka.ports.broker}`,
    CASSANDRA_HOSTS: `127.0.0.1:${servers.cassandra.ports.cql}`,
    WINDOW_SIZE_SECONDS: WINDOW_SECONDS,
    LOG_LEVEL: 'info',
  });
  const processor = (role: 'count' | 'archive', port = 0) =>
    processorService({
      jdk: needJdk('processor'),
      classPath: classPaths.processor,
      settings,
      role,
      stateDir: join(directory, 'state', role),
      runDir: join(directory, 'run', role),
      port,
      env,
    });
  const log = (name: string) => join(directory, 'logs', `${name}.log`);
  const start = (name: string, service: Parameters<typeof startVictim>[1]) =>
    startVictim(name, service, log(name), signal);
  const [kafka, cassandra] = await Promise.all([
    start('kafka', servers.kafka),
    start('cassandra', servers.cassandra),
  ]);
  await bootstrap(settings);
  const [count, archive] = await Promise.all([
    start('count', processor('count', ports[5])),
    start('archive', processor('archive', ports[6])),
  ]);
  return { settings, victims: [kafka, cassandra, count, archive] };
}

async function sendUnderFire(
  settings: Settings,
  plan: Plan,
  { seed, faults, rate, report = () => undefined }: LedgerOptions,
  victims: readonly Victim[],
  signal: AbortSignal,
): Promise<LedgerResult['faults']> {
  const waiting = scheduleFaults(seed, faults, targets);
  const suffered: Promise<Fault & { recoveryMs: number }>[] = [];
  const onProgress = (share: number) => {
    for (let next = waiting[0]; next !== undefined && next.at <= share; next = waiting[0]) {
      waiting.shift();
      const fault = next;
      const victim = victims.find(({ name }) => name === fault.target);
      if (victim === undefined) throw new Error(`no process called ${fault.target}`);
      suffered.push(
        victim.suffer(fault).then((recoveryMs) => {
          report(
            `${Math.round(fault.at * 100)} %: ${fault.kind} ${fault.target}, ready again after ${recoveryMs} ms`,
          );
          return { ...fault, recoveryMs };
        }),
      );
    }
  };
  await sendAll(settings, plan.sends, { rate, batch: 250, signal, onProgress });
  return Promise.all(suffered);
}

/** Reads the books until they close, or until the time is over: then what is still open is the result. */
async function settle(
  settings: Settings,
  plan: Plan,
  settleMs: number,
  report: (line: string) => void,
): Promise<Discrepancy[]> {
  const channelIds = [...new Set(plan.distinct.map(({ channel_id }) => channel_id))];
  const deadline = Date.now() + settleMs;
  for (;;) {
    const log = await readLog(settings);
    const { rows, windows } = await readArchive(settings, channelIds);
    const open = [
      ...closeBooks({ sent: plan.sends, log, rows, windows, windowSeconds: WINDOW_SECONDS }),
      ...newestDiffer(windows, await readNewestWindows(settings)),
    ];
    if (open.length === 0 || Date.now() > deadline) return open;
    report(`${open.length} entries still open`);
    await sleep(2000);
  }
}

/** The last record of each channel on `channel-stats` must be its newest window, and say the same as the history. */
function newestDiffer(
  history: Awaited<ReturnType<typeof readArchive>>['windows'],
  newest: Awaited<ReturnType<typeof readNewestWindows>>,
): Discrepancy[] {
  return [...newest].flatMap(([channelId, stats]): Discrepancy[] => {
    const newestStart = Math.max(
      ...history.filter((window) => window.channelId === channelId).map(({ windowStart }) => windowStart),
    );
    const recorded = history.find(
      (window) => window.channelId === channelId && window.windowStart === newestStart,
    );
    const published = publishedWindow(stats);
    if (JSON.stringify(recorded) === JSON.stringify(published)) return [];
    const detail = `channel-stats says ${JSON.stringify(published)}, the history ${JSON.stringify(recorded)}`;
    return [{ book: 'windows', kind: 'different', subject: channelId, detail }];
  });
}
