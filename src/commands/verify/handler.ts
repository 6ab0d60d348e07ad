import { type WindowVerdict, windowStates } from '../../archive/verify/compare.ts';
import { type VerifyResult, verify } from '../../archive/verify/verify.ts';
import type { WindowCount } from '../../archive/verify/window-tally.ts';
import type { HandlerInput } from '../../cli/command.ts';
import { parseDuration } from '../../cli/duration.ts';
import { parseTimeRange, withLast } from '../../cli/time-range.ts';
import { parseTimeZone } from '../../cli/time-zone.ts';
import { AppError, exitCodes } from '../../contract/errors.ts';
import { isoSeconds } from '../../output/local-time.ts';
import { startProgress } from '../../output/progress.ts';
import { renderTable } from '../../output/table.ts';
import type { VerifyCommandOptions } from './command.ts';

const DEFAULT_LAST = '1h';

/**
 * @returns 1 when any window differs
 * @throws AppError STACK_NOT_READY when a consumer is too far behind to tell; CHANNEL_UNKNOWN, KAFKA_*, CASSANDRA_*
 */
export async function runVerify(input: HandlerInput<VerifyCommandOptions>): Promise<number> {
  const { options, global, io, output, signal } = input;
  const now = Date.now();
  const timeZone = parseTimeZone(options.tz);
  const { from = 0, to = now } = parseTimeRange(withLast(options, DEFAULT_LAST), { now, timeZone });
  const waitMs = parseDuration('--wait', options.wait);
  const { settings } = input.config();
  let step = 'connecting';
  const progress = startProgress(io, { quiet: global.quiet, writesLines: false }, () => step);
  let result: VerifyResult;
  try {
    result = await verify(settings, {
      channels: options.channel,
      range: { from, to },
      waitMs,
      onStep: (current) => {
        step = current;
      },
      signal,
    });
  } finally {
    progress.stop();
  }
  const { windows, behind } = result;
  const differences = windows.filter(({ state }) => state === 'differs').length;
  const shown = options.all ? windows : windows.filter(({ state }) => state !== 'ok');
  output.object({ differences, behind, windows }, () => verdicts(shown, timeZone));
  output.note(summary(windows));
  if (differences > 0) return exitCodes.failed;
  const undecided = windows.filter(({ state }) => state === 'behind').length;
  if (undecided > 0) throw tooFarBehind(undecided, behind);
  return exitCodes.ok;
}

function verdicts(windows: readonly WindowVerdict[], timeZone: string): string {
  if (windows.length === 0) return 'No differences.';
  return renderTable(
    [
      { title: 'CHANNEL', value: ({ channel_name }) => channel_name },
      { title: 'WINDOW', value: ({ window_start }) => isoSeconds(window_start, timeZone) },
      { title: 'NEWEST', align: 'right', value: ({ newest }) => countText(newest) },
      { title: 'HISTORY', align: 'right', value: ({ history }) => countText(history) },
      { title: 'ARCHIVE', align: 'right', value: ({ archive }) => countText(archive) },
      { title: 'LOG', align: 'right', value: ({ log }) => countText(log) },
      { title: 'STATE', value: ({ state }) => state },
    ],
    windows,
  );
}

/** `1250/311`: messages and chatters; `–` where a source cannot know. */
function countText(count: WindowCount | null): string {
  return count === null ? '–' : `${count.message_count}/${count.unique_chatters}`;
}

function summary(windows: readonly WindowVerdict[]): string {
  if (windows.length === 0) return 'No window in that range: nothing was sent, counted or archived.';
  const channels = new Set(windows.map(({ channel_id }) => channel_id)).size;
  const states = windowStates
    .map((state) => [windows.filter((window) => window.state === state).length, state] as const)
    .filter(([number]) => number > 0)
    .map(([number, state]) => `${number} ${state}`);
  return `${windows.length} windows of ${channels} channels, messages/chatters: ${states.join(', ')}.`;
}

function tooFarBehind(windows: number, { counter, archiver }: VerifyResult['behind']): AppError {
  return new AppError('STACK_NOT_READY', `${windows} windows cannot be judged yet`, {
    detail: `Behind the log: the counter by ${counter} records, the archiver by ${archiver}.`,
    hint: 'Is the processor running? See `twitchstats status`; or wait longer with --wait 5m.',
  });
}
