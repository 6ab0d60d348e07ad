/** Parts of a whole by name, in percent, the largest first. */
export type Shares = readonly (readonly [name: string, percent: number])[];

export function sharesOf(amounts: ReadonlyMap<string, number>): Shares {
  const whole = [...amounts.values()].reduce((sum, amount) => sum + amount, 0);
  return [...amounts]
    .map(([name, amount]) => [name, (amount / whole) * 100] as const)
    .sort(([, a], [, b]) => b - a);
}
