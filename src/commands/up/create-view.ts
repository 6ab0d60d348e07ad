import type { Io } from '../../cli/io.ts';
import type { Output } from '../../output/output.ts';
import { lineView } from './line-view.ts';
import { liveView } from './live-view.ts';
import type { UpView } from './view.ts';

/** A live table on a terminal, lines elsewhere, nothing when quiet. */
export function createView(io: Io, output: Output, quiet: boolean): UpView {
  if (quiet)
    return { show: () => undefined, say: () => undefined, footer: () => undefined, end: () => undefined };
  return io.stderr.isTTY === true && io.env.TERM !== 'dumb' ? liveView(io, output) : lineView(output);
}
