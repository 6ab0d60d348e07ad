import { z } from 'zod';

export interface LogLine {
  readonly service: string;
  /** Epoch ms; that of the line before it when it says none itself, as in a stack trace. */
  readonly time: number;
  readonly text: string;
}

const isoTime = /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]\d{3}Z?)/;
const jsonTime = z.union([
  z.object({ time: z.union([z.string(), z.number()]) }).transform(({ time }) => time),
  z.object({ timestamp: z.union([z.string(), z.number()]) }).transform(({ timestamp }) => timestamp),
]);

/** When a line of a service's log was written, or undefined: ISO at its beginning, or `time` (pino) or `timestamp` (logback) in JSON. */
export function timeOf(text: string): number | undefined {
  const [, iso] = isoTime.exec(text) ?? [];
  if (iso !== undefined) return validTime(iso.replace(' ', 'T').replace(',', '.'));
  if (!text.startsWith('{')) return undefined;
  try {
    return validTime(jsonTime.parse(JSON.parse(text)));
  } catch {
    return undefined;
  }
}

function validTime(value: string | number): number | undefined {
  const time = new Date(value).getTime();
  return Number.isNaN(time) ? undefined : time;
}

/** Lines of one service in their order, each with a time. */
export function timedLines(service: string, lines: readonly string[], before = 0): LogLine[] {
  let last = before;
  return lines.map((text) => {
    last = timeOf(text) ?? last;
    return { service, time: last, text };
  });
}

/** Several services' lines by time; lines of one service keep their order. */
export function mergedByTime(logs: readonly (readonly LogLine[])[]): LogLine[] {
  return logs.flat().sort((left, right) => left.time - right.time);
}
