/**
 * A share (0–1) in whole per cent, rounded down: only what is whole says 100. What the multiplication alone loses is given
 * back: 0.29 × 100 is 28.999999999999996.
 */
export function wholePercent(share: number): number {
  return Math.floor(share * 100 + 1e-9);
}
