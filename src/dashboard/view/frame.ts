import { allChannels } from './all-channels.ts';
import { footer } from './footer.ts';
import type { FrameProps } from './frame-props.ts';
import { header } from './header.ts';
import { helpOverlay } from './help-overlay.ts';
import { asciiLine, fitLine, type Line, span } from './line.ts';
import { oneChannel } from './one-channel.ts';

export const MIN_COLUMNS = 40;
export const MIN_ROWS = 10;

/**
 * The whole screen as lines: at most `rows - 2` of them, none wider than `columns`. One row stays free, since a frame
 * as high as the terminal makes Ink clear the screen for every paint, and one for the line by which a resize is painted.
 */
export function frame(props: FrameProps): Line[] {
  const { columns, rows } = props;
  const height = Math.max(1, rows - 2);
  if (columns < MIN_COLUMNS || rows < MIN_ROWS) return tooSmall(columns, rows).slice(0, height);
  const top = header(props);
  const bottom = footer(props);
  const room = height - top.length - bottom.length;
  const body = fill(bodyOf(props, room), room);
  return [...top, ...body, ...bottom]
    .map((line) => fitLine(line, columns))
    .map((line) => (props.ascii ? asciiLine(line) : line));
}

function bodyOf(props: FrameProps, room: number): Line[] {
  if (props.screen.isHelpShown) return helpOverlay(props, room);
  return props.screen.view === 'one' ? oneChannel(props, room) : allChannels(props, room);
}

function fill(lines: readonly Line[], height: number): Line[] {
  return Array.from({ length: height }, (_, index) => lines[index] ?? []);
}

function tooSmall(columns: number, rows: number): Line[] {
  return [
    [span('Too small', 'warn')],
    [span(`needs ${MIN_COLUMNS}x${MIN_ROWS},`)],
    [span(`has ${columns}x${rows}`)],
    [span('q quits', 'dim')],
  ].map((line) => fitLine(line, columns));
}
