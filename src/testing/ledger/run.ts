import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Settings } from '../../config/settings.ts';
import { closeBooks, type Discrepancy, distinctById, lineOf, rowBook } from './books.ts';
import { type Cast, WINDOW_SECONDS } from './cast.ts';
import { closeCoverage } from './coverage-books.ts';
import { laptop } from './laptop.ts';
import { closeNewest } from './newest-books.ts';
import { type OwnEnd, unexpectedEnds } from './own-ends.ts';
import { type Plan, planMessages } from './plan.ts';
import { type Progress, type SufferedFault, standstills, watchProgress } from './progress.ts';
import { readArchive, readByUser, readLog, readNewest } from './readers.ts';
import { sendAll } from './send.ts';
import { untilClosed } from './until-closed.ts';
import type { Victim } from './victim.ts';

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
  /** Default: one of each. */
  readonly cast?: Cast;
  /** Messages of one send. Default 250. */
  readonly batch?: number;
  /** Also measure how long sending, counting and archiving stood still after each fault. */
  readonly watch?: boolean;
  readonly report?: (line: string) => void;
}

export interface LedgerResult {
  readonly distinct: number;
  readonly sent: number;
  readonly faults: readonly SufferedFault[];
  /** What processes did that was no fault of ours. */
  readonly ownEnds: readonly OwnEnd[];
  readonly discrepancies: readonly Discrepancy[];
  /** What does not close, one line each: the discrepancies, and the ends that should not have been. */
  readonly open: readonly string[];
}

/**
 * Known messages through real servers while processes are killed, paused and restarted, then the books: what was
 * acknowledged, the log, the rows, the windows. Everything follows from the seed but the scheduling of the machine.
 */
export async function runLedger(options: LedgerOptions): Promise<LedgerResult> {
  const { seed, signal = new AbortController().signal } = options;
  const directory = await mkdtemp(join(tmpdir(), 'twitchstats-ledger-'));
  const plan = planMessages({
    seed,
    messages: options.messages,
    channels: options.channels,
    windowSeconds: WINDOW_SECONDS,
    start: alignedNow() - SPAN_MS,
    spanMs: SPAN_MS,
  });
  try {
    return await play(plan, directory, options, signal);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function play(
  plan: Plan,
  directory: string,
  options: LedgerOptions,
  signal: AbortSignal,
): Promise<LedgerResult> {
  const { cast = laptop, env = {}, report = () => undefined } = options;
  const { settings, victims } = await cast.start({ directory, env, signal });
  try {
    const progress = options.watch ? watchProgress(settings) : undefined;
    const suffered = await sendUnderFire(settings, plan, options, victims, signal, progress);
    await progress?.stop();
    report(`${plan.sends.length} sent and acknowledged, ${suffered.length} faults; closing the books`);
    const channelIds = [...new Set(plan.distinct.map(({ channel_id }) => channel_id))];
    const deadline = Date.now() + (options.settleMs ?? 120_000);
    const discrepancies = await untilClosed(
      () => openEntries(settings, plan, channelIds),
      (entries) => entries,
      { settings, deadline, report, signal },
    );
    const faults = progress === undefined ? suffered : await standstills(settings, plan, progress, suffered);
    const ownEnds = victims.flatMap((victim) => victim.ownEnds());
    const open = [...unexpectedEnds(ownEnds), ...discrepancies.map(lineOf)];
    const [distinct, sent] = [plan.distinct.length, plan.sends.length];
    return { distinct, sent, faults, ownEnds, discrepancies, open };
  } finally {
    await Promise.all(victims.map((victim) => victim.stop()));
  }
}

const SPAN_MS = 10 * 60_000;

/** The end of the simulated time lies in the past, so that nothing is in the future of the processor's clock. */
function alignedNow(): number {
  return Math.floor(Date.now() / 60_000) * 60_000;
}

async function sendUnderFire(
  settings: Settings,
  plan: Plan,
  options: LedgerOptions,
  victims: readonly Victim[],
  signal: AbortSignal,
  progress: Progress | undefined,
): Promise<SufferedFault[]> {
  const { seed, faults, rate, batch = 250, report = () => undefined } = options;
  const waiting = (options.cast ?? laptop).schedule(seed, faults);
  const suffered: Promise<SufferedFault>[] = [];
  const onProgress = (share: number) => {
    progress?.acknowledged();
    for (let next = waiting[0]; next !== undefined && next.at <= share; next = waiting[0]) {
      waiting.shift();
      const fault = next;
      const victim = victims.find(({ name }) => name === fault.target);
      if (victim === undefined) throw new Error(`no process called ${fault.target}`);
      const happenedAt = Date.now();
      const happened = victim.suffer(fault).then((recoveryMs) => {
        report(
          `${Math.round(fault.at * 100)} %: ${fault.kind} ${fault.target}, ready again after ${recoveryMs} ms`,
        );
        return { ...fault, happenedAt, recoveryMs };
      });
      // Waited for below, when all was sent: it may fail before that.
      happened.catch(() => undefined);
      suffered.push(happened);
    }
  };
  await sendAll(settings, plan.sends, { rate, batch, signal, onProgress });
  return Promise.all(suffered);
}

async function openEntries(
  settings: Settings,
  plan: Plan,
  channelIds: readonly string[],
): Promise<Discrepancy[]> {
  const log = await readLog(settings);
  const byUser = rowBook('by user', distinctById(log));
  await readByUser(settings, byUser.add);
  const { rows, windows, coverage } = await readArchive(settings, channelIds);
  return [
    ...closeBooks({ sent: plan.sends, log, rows, windows, windowSeconds: WINDOW_SECONDS }),
    ...byUser.close(),
    ...closeNewest(windows, await readNewest(settings)),
    // Nobody told a gap, so each window was heard whole.
    ...closeCoverage(coverage, [], WINDOW_SECONDS),
  ];
}
