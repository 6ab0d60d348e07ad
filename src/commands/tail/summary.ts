import { loginOf } from '../../contract/channel-names.ts';
import { nearest } from '../../output/nearest.ts';
import type { Output } from '../../output/output.ts';
import { sanitize } from '../../output/sanitize.ts';
import type { TailOptions } from './command.ts';
import type { Seen } from './message-printer.ts';

/** Words for stderr when there is something to say: nothing was found, or not everything could be read. */
export function sayWhatWasSeen(
  { printed, unreadable, otherChannels }: Seen,
  options: TailOptions,
  output: Output,
): void {
  if (unreadable > 0) {
    const what = unreadable === 1 ? '1 record is no message' : `${unreadable} records are no messages`;
    output.warn(`${what}; the processor keeps what it cannot read as dead letters`);
  }
  if (printed > 0 || options.follow) return;
  const [channel] = options.channel;
  const names = [...otherChannels];
  if (channel === undefined || names.length === 0) {
    output.note('No messages. Look further back with --since 1h, or wait for new ones with --follow.');
    return;
  }
  const near = nearest(loginOf(channel), names);
  output.note(
    near === undefined
      ? `No messages of ${channel}. Heard were ${sanitize(names.sort().slice(0, 10).join(', '))}.`
      : `No messages of ${channel}. Did you mean ${sanitize(near)}?`,
  );
}
