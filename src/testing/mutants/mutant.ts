/** A defect that one named test must catch. It is planted in a copy of the tree, never in the tree itself. */
export interface Mutant {
  /** For the command line and the table of docs/reliability.md. */
  readonly name: string;
  /** What the defect does, in a few words. */
  readonly what: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Stands exactly once in the file … */
  readonly find: string;
  /** … and gives way to this. It compiles, and leaves nothing unused: the processor's compiler refuses that. */
  readonly replace: string;
  readonly test: CatchingTest;
}

/**
 * The test that must fail, by its own words. `unit` and `integration` are projects of Vitest; `spec` is one of the
 * processor's own, a file of Scala. `jar` says that the defect is in the processor and that it must be built first.
 */
export type CatchingTest = {
  /** From the root of the repository. */
  readonly file: string;
  readonly name: string;
} & ({ readonly kind: 'unit' | 'spec' } | { readonly kind: 'integration'; readonly jar?: true });

/** How one run of the test ended. `broken`: it did not get as far as to judge, such as a defect that does not compile. */
export type Verdict = 'passed' | 'failed' | 'broken';
