import { AppError } from '../contract/errors.ts';

const unitMs = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

/** A hundred thousand years: more is a typing error, and no `Date`. */
const LONGEST_MS = 36_500_000 * 86_400_000;

const wholeDuration = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/;
const part = /(\d+(?:\.\d+)?)(ms|[smhdw])/g;

/** `90s`, `5m`, `1h30m`, `1.5d` as milliseconds; undefined when it is no duration. Units: ms, s, m, h, d, w. */
export function readDuration(text: string): number | undefined {
  const compact = text.trim().toLowerCase();
  if (!wholeDuration.test(compact)) return undefined;
  let total = 0;
  for (const [, amount, unit = ''] of compact.matchAll(part)) {
    total += Number(amount) * (unitMs.get(unit) ?? Number.NaN);
  }
  return total <= LONGEST_MS ? Math.round(total) : undefined;
}

/**
 * The milliseconds of a duration that `flag` was given.
 * @throws AppError USAGE when it is none, or 0
 */
export function parseDuration(flag: string, text: string): number {
  const duration = readDuration(text);
  if (duration !== undefined && duration > 0) return duration;
  throw new AppError('USAGE', `${flag}: "${text}" is not a length of time`, {
    hint: `Write a number and a unit (ms, s, m, h, d, w), for example ${flag} 5m or ${flag} 1h30m.`,
  });
}
