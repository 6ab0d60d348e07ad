import type { StackEvent } from '../../stack/run-stack.ts';

/** How the life of a stack is shown. */
export interface UpView {
  show(event: StackEvent): void;
  /** Words, above whatever is painted in place. */
  say(text: string): void;
  /** One line below everything, painted in place; none with undefined. Nothing where that cannot be. */
  footer(text: string | undefined): void;
  end(): void;
}

export function leftoversText(names: readonly string[]): string {
  return `Waiting for ${names.join(', ')} of an earlier stack, which did not end in order.`;
}

export function unwrittenText(reason: string): string {
  return `The state of the stack cannot be written down (${reason}): other commands see an older one until it can.`;
}
