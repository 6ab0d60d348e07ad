import { Random } from './random.ts';

/** Of a real log of 5 000 lines: how many came behind one that was sent after them, and by how much (ms). */
const SHARE = 0.16;
const MEDIAN_MS = 22;
const P99_MS = 281;
const MOST_MS = 403;

/** The 99 % point of the standard normal distribution. */
const Z99 = 2.326;

/**
 * How long before it comes a line was sent, in whole ms from 0 to 403, line by line: mostly 0, for Twitch sends most lines
 * at once and some behind younger ones. Log-normal, as the real ones are by their median and their p99. Deterministic.
 */
export function createLateness(seed: number): () => number {
  const random = new Random(seed);
  const spread = Math.log(P99_MS / MEDIAN_MS) / Z99;
  return () => {
    if (!random.chance(SHARE)) return 0;
    const late = MEDIAN_MS * Math.exp(spread * standardNormal(random));
    return Math.min(MOST_MS, Math.round(late));
  };
}

/** Box and Muller's. */
function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
}
