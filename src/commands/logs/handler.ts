import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HandlerInput } from '../../cli/command.ts';
import { AppError } from '../../contract/errors.ts';
import { sanitizeLines } from '../../output/sanitize.ts';
import { followLogs } from '../../stack/follow-logs.ts';
import { type LogLine, mergedByTime, timedLines } from '../../stack/log-line.ts';
import { endOfLines, logTail } from '../../stack/log-tail.ts';
import { namesIn } from '../../stack/names-in.ts';
import { homePaths } from '../../stack/paths.ts';
import { serviceNames } from '../../stack/service.ts';

export interface LogsOptions {
  readonly service: readonly string[];
  readonly follow: boolean;
  readonly lines: number;
}

/** @throws AppError USAGE for a service that never wrote a log here, or, when it is followed, for one there is not */
export async function runLogs({ options, global, output, signal }: HandlerInput<LogsOptions>) {
  const files = logFiles(homePaths(global.home).logs, options);
  if (![...files.values()].some((file) => existsSync(file)))
    output.note(`No service has run under ${global.home} yet.`);
  const several = files.size > 1;
  const show = async (lines: readonly LogLine[]) => {
    for (const { service, time, text } of lines) {
      // What a log repeats, such as a path that was asked for, may be as hostile as chat; a pipe ends on a terminal too.
      if (output.json) await output.record({ service, time, line: text }, () => '');
      else
        await output.text(
          `${several ? `${output.paint.dim(service.padEnd(10))} ` : ''}${sanitizeLines(text)}\n`,
        );
    }
  };
  // What comes while the last lines are shown is not to be passed over, nor shown twice.
  const logs = [...files].map(([service, file]) => ({
    service,
    file,
    from: options.follow ? endOfLines(file) : Number.POSITIVE_INFINITY,
  }));
  await show(
    mergedByTime(
      logs.map(({ service, file, from }) => timedLines(service, logTail(file, options.lines, 0, from))),
    ),
  );
  if (options.follow) for await (const lines of followLogs(logs, signal)) await show(lines);
  return undefined;
}

/** By service. Those that are followed need not be there yet. */
function logFiles(directory: string, { service, follow }: LogsOptions): Map<string, string> {
  const written = listLogs(directory);
  const known = follow ? [...new Set([...written, ...serviceNames, 'supervisor'])] : written;
  const unknown = service.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new AppError('USAGE', `There is no log of ${unknown.join(', ')}`, {
      hint:
        known.length === 0
          ? 'Start something with `twitchstats up`.'
          : `There are logs of ${known.join(', ')}.`,
    });
  }
  return new Map(
    (service.length === 0 ? known : service).map((name) => [name, join(directory, `${name}.log`)]),
  );
}

function listLogs(directory: string): string[] {
  return namesIn(directory)
    .filter((name) => /^[a-z]+\.log$/.test(name))
    .map((name) => name.slice(0, -'.log'.length));
}
