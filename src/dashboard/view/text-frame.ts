import { allChannels } from './all-channels.ts';
import { footer } from './footer.ts';
import type { FrameProps } from './frame-props.ts';
import { header } from './header.ts';
import { asciiLine, fitLine, type Line } from './line.ts';
import { oneChannel } from './one-channel.ts';

/** One frame for a file or a pipe: every channel, and no keys. */
export function textFrame(options: Omit<FrameProps, 'rows' | 'hasKeys'>): Line[] {
  const props = { ...options, rows: Number.MAX_SAFE_INTEGER, hasKeys: false };
  const room = props.screen.view === 'one' ? 40 : props.state.channels.size + 1;
  const body = props.screen.view === 'one' ? oneChannel(props, room) : allChannels(props, Math.max(room, 2));
  const [, pipeline = []] = footer(props);
  return [...header(props), ...body, [], pipeline]
    .map((line) => fitLine(line, props.columns))
    .map((line) => (props.ascii ? asciiLine(line) : line));
}
