import type { Settings } from '../../config/settings.ts';
import type { Fault } from './faults.ts';
import type { Victim } from './victim.ts';

/** Seconds of the windows that a ledger counts in. */
export const WINDOW_SECONDS = 60;

export interface CastOptions {
  /** For data, logs and scratch; removed by the caller. */
  readonly directory: string;
  /** Added to the environment of the processors: how a defect is planted. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Who plays in a ledger: the servers and processors, and what happens to them. */
export interface Cast {
  /** `count` faults in order of time, against victims by name; the same for the same seed. */
  readonly schedule: (seed: number, count: number) => Fault[];
  /** Resolves when all are ready and the topics and tables are there. What it started ends with this process at the latest. */
  readonly start: (options: CastOptions) => Promise<{ settings: Settings; victims: readonly Victim[] }>;
}
