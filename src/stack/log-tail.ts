import { closeSync, fstatSync, openSync, readSync, renameSync } from 'node:fs';

const MIN_READ = 64 * 1024;
const MAX_READ = 32 * 1024 * 1024;

/**
 * The last `count` lines of a file from byte `from` until byte `to`, by default its end; empty when there is no file. Reads
 * 1 KiB a line, at least 64 KiB, at most 32 MiB.
 */
export function logTail(file: string, count: number, from = 0, to = Number.POSITIVE_INFINITY): string[] {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return [];
  }
  try {
    const size = Math.min(fstatSync(descriptor).size, to);
    const start = Math.max(from, size - Math.min(Math.max(count * 1024, MIN_READ), MAX_READ), 0);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    const read = readSync(descriptor, buffer, 0, buffer.length, start);
    const lines = buffer.toString('utf8', 0, read).split('\n');
    if (start > from) lines.shift();
    return count === 0 ? [] : lines.filter((line) => line.trim() !== '').slice(-count);
  } finally {
    closeSync(descriptor);
  }
}

/** More than Node writes of an error with its stack and its fields. */
const CRASH_LINES = 60;

/**
 * What a process that died said last, in one line: where Node ended it the error, not the version that Node writes behind
 * the stack. Undefined when it said nothing.
 */
export function lastWords(file: string): string | undefined {
  const lines = logTail(file, CRASH_LINES);
  const last = lines.at(-1);
  if (last === undefined || !/^Node\.js v\d/.test(last)) return last;
  return lines.findLast((line) => /^\[?(?:\w+ )*\w*(?:Error|Exception|Rejection)\b/.test(line)) ?? last;
}

/** The size of a file, 0 when it is not there: where a new process's own output will begin. */
export function sizeOf(file: string): number {
  try {
    const descriptor = openSync(file, 'r');
    try {
      return fstatSync(descriptor).size;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return 0;
  }
}

/** Where the last whole line of a file ends; 0 when there is none. A line of more than 64 KiB at the end passes for whole. */
export function endOfLines(file: string): number {
  const size = sizeOf(file);
  if (size === 0) return 0;
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(size, MIN_READ));
    const start = size - buffer.length;
    const last = buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, start)).lastIndexOf('\n');
    if (last === -1) return start === 0 ? 0 : size;
    return start + last + 1;
  } finally {
    closeSync(descriptor);
  }
}

const ROTATE_BYTES = 10 * 1024 * 1024;

/** Before a start: a log that has grown large becomes `kafka.1.log`, in place of the one before it. */
export function rotateLog(file: string, limitBytes = ROTATE_BYTES): void {
  if (sizeOf(file) > limitBytes) renameSync(file, file.replace(/\.log$/, '.1.log'));
}
