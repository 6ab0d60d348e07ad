import { type Spread, spread } from './statistics.ts';

/** One thing that is measured; `run` gives its figure (higher is better unless the benchmark says otherwise). */
export interface Contender {
  readonly name: string;
  readonly run: () => Promise<number>;
}

export interface Comparison {
  readonly name: string;
  readonly figure: Spread;
}

/**
 * Runs all contenders `repetitions` times, interleaved and each round in another order, so that a machine that warms
 * up or slows down treats them alike. One unmeasured round comes first.
 */
export async function interleave(
  contenders: readonly Contender[],
  repetitions: number,
  report: (line: string) => void,
): Promise<Comparison[]> {
  const figures = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= repetitions; round++) {
    for (const { name, run } of rotate(contenders, round)) {
      const figure = await run();
      if (round > 0) figures.get(name)?.push(figure);
      report(`${round === 0 ? 'warm-up' : `round ${round}`}: ${name}: ${Math.round(figure)}`);
    }
  }
  return contenders.map(({ name }) => ({ name, figure: spread(figures.get(name) ?? []) }));
}

/**
 * For what is fresh each time, so that no warm-up would help, and gives more than one figure: measures all things once a
 * round, `repetitions` times. @returns what each of them gave, in their order
 */
export async function inTurn<Thing, Figures>(
  things: readonly Thing[],
  repetitions: number,
  report: (line: string) => void,
  measure: (thing: Thing) => Promise<Figures>,
): Promise<{ readonly thing: Thing; readonly figures: readonly Figures[] }[]> {
  const measured = things.map((thing) => ({ thing, figures: [] as Figures[] }));
  for (let round = 1; round <= repetitions; round++) {
    report(`round ${round}:`);
    for (const { thing, figures } of measured) figures.push(await measure(thing));
  }
  return measured;
}

function rotate<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}
