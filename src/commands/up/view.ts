import type { Io } from '../../cli/io.ts';
import type { Output } from '../../output/output.ts';
import type { StackEvent } from '../../stack/run-stack.ts';
import { lineView } from './line-view.ts';
import { liveView } from './live-view.ts';

/** How the life of a stack is shown. */
export interface UpView {
  show(event: StackEvent): void;
  /** Words, above whatever is painted in place. */
  say(text: string): void;
  /** One line below everything, painted in place; none with undefined. Nothing where that cannot be. */
  footer(text: string | undefined): void;
  end(): void;
}

/** A live table on a terminal, lines elsewhere, nothing when quiet. */
export function createView(io: Io, output: Output, quiet: boolean): UpView {
  if (quiet)
    return { show: () => undefined, say: () => undefined, footer: () => undefined, end: () => undefined };
  return io.stderr.isTTY === true && io.env.TERM !== 'dumb' ? liveView(io, output) : lineView(output);
}

export function leftoversText(names: readonly string[]): string {
  return `Waiting for ${names.join(', ')} of an earlier stack, which did not end in order.`;
}
