/** What `npm run bench -- …` was asked for. */
export interface RunWords {
  /** Benchmarks by name; none: all of them. */
  readonly asked: readonly string[];
  /** What the benchmarks are given. */
  readonly options: readonly string[];
  /** Whether results replace those that are kept: only of a run without options, unless told with `--keep`. */
  readonly isKept: boolean;
}

/** Names come first, then options. */
export function runWords(words: readonly string[]): RunWords {
  const passedOn = words.filter((word) => word !== '--keep');
  const firstOption = passedOn.findIndex((word) => word.startsWith('-'));
  const asked = firstOption === -1 ? passedOn : passedOn.slice(0, firstOption);
  const options = passedOn.slice(asked.length);
  return { asked, options, isKept: options.length === 0 || words.includes('--keep') };
}
