import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { untilReady } from '../../stack/health.ts';
import type { ProcessService } from '../../stack/service.ts';

/** More than what is slowest on a starved machine: the faults of a soak have taken five minutes to heal. */
const PATIENCE_MS = 900_000;

/** Something did not come in its time: what a soak is there to find, so it must not wait for it for ever. */
export class Overdue extends Error {
  override readonly name = 'Overdue';

  constructor(what: string, withinMs: number) {
    super(`waited ${Math.round(withinMs / 1000)} s in vain until ${what}`);
  }
}

export interface WaitOptions {
  readonly signal: AbortSignal;
  /** Default 15 minutes. */
  readonly withinMs?: number;
  readonly periodMs?: number;
}

/**
 * Asks again and again until the condition holds.
 * @param what as in `until all channels are joined`
 * @throws Overdue; the signal's reason when that is aborted first
 */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { signal, withinMs = PATIENCE_MS, periodMs = 50 }: WaitOptions,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Overdue(what, withinMs);
    await sleep(periodMs, undefined, { signal });
  }
}

/**
 * Does something that tells why it is still waiting, under a signal that is aborted when its time is over.
 * @throws Overdue, with the last reason; what `act` throws otherwise
 */
export async function inTime<T>(
  what: string,
  { signal, withinMs = PATIENCE_MS }: Omit<WaitOptions, 'periodMs'>,
  act: (within: AbortSignal, onWaiting: (reason: string) => void) => Promise<T>,
): Promise<T> {
  let reason = '';
  const enough = AbortSignal.timeout(withinMs);
  try {
    return await act(AbortSignal.any([signal, enough]), (why) => {
      reason = ` (${why})`;
    });
  } catch (error) {
    if (enough.aborted && !signal.aborted) throw new Overdue(`${what}${reason}`, withinMs);
    throw error;
  }
}

/** Asks the probe of a service that runs until it is ready. @throws Overdue; the signal's reason */
export async function untilServes(
  { ready }: Pick<ProcessService, 'ready'>,
  name: string,
  options: Omit<WaitOptions, 'periodMs'>,
): Promise<void> {
  await inTime(`${name} is ready`, options, (within, onWaiting) => untilReady(ready, within, onWaiting));
}

/** What is overdue as an open entry of the books: there is more to be read in them. */
export async function overdueIn(waiting: Promise<void>): Promise<string[]> {
  try {
    await waiting;
    return [];
  } catch (error) {
    if (error instanceof Overdue) return [error.message];
    throw error;
  }
}

/** What an answer says, by its schema; undefined when it is none. */
export function jsonIn<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The text of an answer, whatever its status; undefined when none comes within `withinMs`, default 2 s. */
export async function textOf(url: string, withinMs = 2000): Promise<string | undefined> {
  try {
    return await (await fetch(url, { signal: AbortSignal.timeout(withinMs) })).text();
  } catch {
    return undefined;
  }
}
