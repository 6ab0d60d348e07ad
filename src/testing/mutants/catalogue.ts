import type { CatchingTest, Mutant } from './mutant.ts';
import { nodeMutants } from './node-mutants.ts';
import { processorMutants } from './processor-mutants.ts';

/** All planted defects, those that are quick to try first. */
export const mutants: readonly Mutant[] = [...nodeMutants, ...processorMutants].sort(
  (a, b) => cost(a.test) - cost(b.test),
);

function cost(test: CatchingTest): number {
  if (test.kind === 'unit') return 0;
  if (test.kind === 'spec') return 1;
  return 'jar' in test ? 3 : 2;
}
