import { closest, distance } from 'fastest-levenshtein';

/** The known word that is spelt nearly as `word` is, for "Did you mean …?": two letters in five may differ, and one always. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const near = closest(word, [...known]);
  return distance(word, near) <= Math.max(1, word.length * 0.4) ? near : undefined;
}
