import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LogLine, mergedByTime, timedLines } from './log-line.ts';
import { sizeOf } from './log-tail.ts';

const PERIOD_MS = 200;

/** A log that is followed: what lies before byte `from`, the beginning of a line, is known. */
export interface FollowedLog {
  readonly service: string;
  /** It may come later. */
  readonly file: string;
  readonly from: number;
}

/** New lines of several log files, merged by time, until `signal` is aborted. */
export async function* followLogs(
  logs: readonly FollowedLog[],
  signal: AbortSignal,
): AsyncGenerator<LogLine[]> {
  const followers = logs.map(follower);
  while (!signal.aborted) {
    const lines = mergedByTime(followers.map((next) => next()));
    if (lines.length > 0) yield lines;
    await sleep(PERIOD_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Gives what was appended since it was last asked, whole lines only. */
function follower({ service, file, from }: FollowedLog): () => LogLine[] {
  let at = from;
  let rest = '';
  let last = Date.now();
  let decoder = new StringDecoder('utf8');
  return () => {
    const size = sizeOf(file);
    if (size < at) {
      // It was rotated or purged.
      at = 0;
      rest = '';
      decoder = new StringDecoder('utf8');
    }
    if (size === at) return [];
    const chunk = readFrom(file, at);
    at += chunk.length;
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    const timed = timedLines(service, lines, last);
    last = timed.at(-1)?.time ?? last;
    return timed;
  };
}

function readFrom(file: string, from: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(fstatSync(descriptor).size - from, 1_048_576));
    return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, from));
  } finally {
    closeSync(descriptor);
  }
}
