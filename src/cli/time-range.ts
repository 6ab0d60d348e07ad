import { AppError } from '../contract/errors.ts';
import { parseDuration, readDuration } from './duration.ts';
import { type MomentContext, parseMoment } from './moment.ts';

/** `from` ≤ t < `to`, epoch milliseconds; an end that is undefined is open. */
export interface TimeRange {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** As the user typed them. */
export interface TimeRangeOptions {
  readonly since?: string | undefined;
  readonly last?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * Reads `--since`, `--last`, `--from` and `--to` into one half-open range. `--since` and `--last` are other ways to
 * say where it begins: only one of the three may be given. `--last 2h --to yesterday` ends there.
 * @throws AppError USAGE when a time is not understood, two flags exclude each other, or nothing lies in the range, which may
 *   not begin in the future: of `midnight` or `wednesday` the nearest one is meant, and that may be yet to come
 */
export function parseTimeRange(options: TimeRangeOptions, context: MomentContext): TimeRange {
  const beginnings = (['since', 'last', 'from'] as const).filter((name) => options[name] !== undefined);
  if (beginnings.length > 1) {
    throw new AppError('USAGE', `--${beginnings[0]} and --${beginnings[1]} exclude each other`, {
      hint: 'Give one of --since, --last and --from.',
    });
  }
  const to = options.to === undefined ? undefined : Math.max(0, parseMoment('--to', options.to, context));
  const from = beginning(options, to ?? context.now, context);
  if (from !== undefined && from > context.now) {
    throw new AppError('USAGE', 'The time range begins in the future', {
      detail: `from ${new Date(from).toISOString()}, and it is ${new Date(context.now).toISOString()}`,
      hint: 'Say which one is meant, such as `today`, `last wednesday` or 2026-11-01T10:00.',
    });
  }
  if (from !== undefined && to !== undefined && from >= to) {
    throw new AppError('USAGE', 'The time range is empty: it ends before it begins', {
      detail: `from ${new Date(from).toISOString()} up to ${new Date(to).toISOString()}`,
      hint: `Let --${beginnings[0]} be earlier than --to.`,
    });
  }
  return { from, to };
}

/** The same with a beginning: where none was given, `last` is the fallback, and counts back from `--to`. */
export function withLast<Options extends TimeRangeOptions>(options: Options, fallback: string): Options {
  const { since, last, from } = options;
  return (since ?? last ?? from) === undefined ? { ...options, last: fallback } : options;
}

function beginning(
  { since, last, from }: TimeRangeOptions,
  end: number,
  context: MomentContext,
): number | undefined {
  // Nothing was said before 1970, and Kafka takes negative times for something else.
  if (last !== undefined) return Math.max(0, end - parseDuration('--last', last));
  if (from !== undefined) return Math.max(0, parseMoment('--from', from, context));
  if (since === undefined) return undefined;
  const distance = readDuration(since);
  return Math.max(
    0,
    distance === undefined ? parseMoment('--since', since, context) : context.now - distance,
  );
}
