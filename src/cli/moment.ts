import * as chrono from 'chrono-node/en';
import { AppError } from '../contract/errors.ts';
import { readDuration } from './duration.ts';
import { wallTimeToEpoch, zoneOffset } from './time-zone.ts';

export interface MomentContext {
  /** Epoch milliseconds that relative times count from. */
  readonly now: number;
  /** The IANA zone of times that name none. */
  readonly timeZone: string;
}

/** What a `Date` can be: https://tc39.es/ecma262/#sec-time-values-and-time-range */
const LAST_MOMENT = 8.64e15;

const isoPattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/**
 * A point in time that `flag` was given, as epoch milliseconds: ISO 8601 with or without a zone, epoch milliseconds,
 * `-2h` (that long ago), `now`, or English such as `2 days ago`, `yesterday`, `yesterday 18:00`, `last friday at 3pm`. A day
 * without a time is its first moment; its morning is 6:00, its afternoon 15:00, its evening 20:00.
 * @throws AppError USAGE saying what was not understood
 */
export function parseMoment(flag: string, text: string, context: MomentContext): number {
  const written = text.trim();
  const moment =
    readEpoch(written) ??
    readRelative(written, context.now) ??
    readIso(written, context) ??
    readEnglish(written, context);
  if (moment !== undefined && Math.abs(moment) <= LAST_MOMENT) return moment;
  throw new AppError('USAGE', `${flag}: "${text}" is not a time that I understand`, {
    detail: /^\d{9,11}$/.test(written)
      ? 'A number is read as epoch milliseconds, which have 13 digits; this looks like seconds.'
      : 'Understood are ISO 8601 (with or without a zone), epoch milliseconds, -2h, and English such as yesterday.',
    hint: `For example ${flag} 2026-11-01T10:00, ${flag} -2h or ${flag} yesterday.`,
  });
}

function readEpoch(text: string): number | undefined {
  return /^\d{12,14}$/.test(text) ? Number(text) : undefined;
}

function readRelative(text: string, now: number): number | undefined {
  if (/^now$/i.test(text)) return now;
  if (!/^[+-]/.test(text)) return undefined;
  const distance = readDuration(text.slice(1));
  if (distance === undefined) return undefined;
  return text.startsWith('-') ? now - distance : now + distance;
}

function readIso(text: string, { timeZone }: MomentContext): number | undefined {
  const match = isoPattern.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((field) => Number(field ?? 0));
  const millisecond = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const asUtc = new Date(Date.UTC(year, month - 1, day, hour, minute, second, millisecond));
  // Date.UTC rolls 31 April over into May; such a date is a typing error.
  const isReal = asUtc.getUTCDate() === day && asUtc.getUTCMonth() === month - 1 && hour < 24 && minute < 60;
  if (!isReal || second >= 60) return Number.NaN;
  const zone = match[8];
  if (zone === undefined) {
    return wallTimeToEpoch({ year, month, day, hour, minute, second, millisecond }, timeZone);
  }
  return asUtc.getTime() - isoOffset(zone);
}

function isoOffset(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}

const partsOfDay = /^casualReference\/(morning|afternoon|evening|tonight)$/;

function readEnglish(text: string, { now, timeZone }: MomentContext): number | undefined {
  // chrono reads numbers generously (1500 is a year or half past two): those have the forms above.
  if (!/[a-z]{2}|^\d{1,2}:\d\d/i.test(text)) return undefined;
  const reference = { instant: new Date(now), timezone: zoneOffset(now, timeZone) / 60_000 };
  const [result, ...more] = chrono.parse(text, reference);
  if (result === undefined || more.length > 0 || result.text !== text || result.end) return undefined;
  const { start } = result;
  if (start.isCertain('timezoneOffset')) return start.date().getTime();
  // `yesterday` has none; `yesterday evening` and `2 days ago` have one that chrono implies.
  const isImplied = /\bago$/i.test(text) || [...start.tags()].some((tag) => partsOfDay.test(tag));
  const hasTime = start.isCertain('hour') || isImplied;
  return wallTimeToEpoch(
    {
      year: start.get('year') ?? Number.NaN,
      month: start.get('month') ?? Number.NaN,
      day: start.get('day') ?? Number.NaN,
      ...(hasTime
        ? {
            hour: start.get('hour') ?? 0,
            minute: start.get('minute') ?? 0,
            second: start.get('second') ?? 0,
            millisecond: start.get('millisecond') ?? 0,
          }
        : {}),
    },
    timeZone,
  );
}
