import { AppError } from '../contract/errors.ts';

/** A time as a calendar and a clock on the wall show it. Months count from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
  readonly millisecond?: number;
}

const DAY_MS = 86_400_000;

/** The machine's own zone. With an empty `TZ`, which is UTC, Node names one that it then refuses. */
export function localTimeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/**
 * The IANA zone that `--tz` names; the machine's own without one.
 * @throws AppError USAGE
 */
export function parseTimeZone(text: string | undefined): string {
  if (text === undefined || text.toLowerCase() === 'local') return localTimeZone();
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch (cause) {
    throw new AppError('USAGE', `--tz: "${text}" is not a time zone`, {
      hint: 'Write an IANA name, for example --tz UTC, --tz Europe/Paris or --tz America/Los_Angeles.',
      cause,
    });
  }
}

/**
 * Epoch milliseconds of a wall time in a zone. A time that the clocks skip (spring) is read an hour later, one that
 * they show twice (autumn) is the first of the two.
 */
export function wallTimeToEpoch(wall: WallTime, timeZone: string): number {
  const { year, month, day, hour = 0, minute = 0, second = 0, millisecond = 0 } = wall;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  const before = zoneOffset(asUtc - DAY_MS, timeZone);
  const after = zoneOffset(asUtc + DAY_MS, timeZone);
  const readings = [asUtc - before, asUtc - after].sort((a, b) => a - b);
  return readings.find((epoch) => epoch + zoneOffset(epoch, timeZone) === asUtc) ?? asUtc - before;
}

/** What to add to UTC at that moment to have the zone's wall time, in milliseconds. */
export function zoneOffset(epoch: number, timeZone: string): number {
  const fields = Object.fromEntries(
    wallFormat(timeZone)
      .formatToParts(epoch)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  const wholeSecond = Math.floor(epoch / 1000) * 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSecond;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function wallFormat(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, format);
  return format;
}
