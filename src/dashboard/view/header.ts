import { rateOf } from '../model/channel-rows.ts';
import { formatDuration, formatRate } from './format.ts';
import type { FrameProps } from './frame-props.ts';
import { type Line, type Span, span, spread } from './line.ts';

/** A stream that said nothing for this long is shown as silent. */
const SILENT_AFTER_MS = 5_000;

/** The first line: what this is, how many channels, messages a second over all of them, and whether the stream lives. */
export function header({ state, screen, columns, now, ascii, liveness }: FrameProps): Line[] {
  const total = [...state.channels.values()].reduce((sum, channel) => sum + rateOf(channel, now), 0);
  const left = [
    span(' twitchstats ', 'title'),
    span(`  ${state.channels.size} channel${state.channels.size === 1 ? '' : 's'}`),
    span(`  ${formatRate(total)} msg/s`, 'strong'),
    span(screen.only.length === 0 ? '' : `  only: ${screen.only.join(', ')}`, 'dim'),
  ];
  // On the right nothing is cut off where the terminal is narrow.
  const right = [...(screen.isPaused ? [span('PAUSED  ', 'warn')] : []), livenessSpan(liveness, ascii)];
  return [spread(left, right, columns), []];
}

function livenessSpan({ connection, now }: FrameProps['liveness'], ascii: boolean): Span {
  const { state, since, lastDataAt, reason } = connection;
  if (state === 'connecting') return span(`connecting${ascii ? '...' : '…'}`, 'dim');
  if (state === 'lost')
    return span(
      `${ascii ? 'x' : '✗'} reconnecting for ${formatDuration(now - since)}: ${reason ?? ''}`,
      'bad',
    );
  const silent = now - (lastDataAt ?? since);
  if (silent >= SILENT_AFTER_MS)
    return span(`${ascii ? 'o' : '○'} no data for ${formatDuration(silent)}`, 'warn');
  return span(`${ascii ? '*' : '●'} live`, 'good');
}
