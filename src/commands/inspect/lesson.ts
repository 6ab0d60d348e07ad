import type { ChalkInstance } from 'chalk';
import type { Output } from '../../output/output.ts';

export interface Lesson {
  /** What `--json` prints: a plain object. */
  readonly data: unknown;
  /** The same for eyes, usually a table. */
  readonly human: (paint: ChalkInstance) => string;
  /** Two sentences that say what is seen. */
  readonly explains: string;
}

/** Prints what was found on stdout, and on stderr what it means. */
export function teach(output: Output, { data, human, explains }: Lesson): void {
  output.object(data, human);
  output.note(`\n${explains}`);
}
