/**
 * Does what `run` does, and holds it to its word: `end` is how many records the topic has had.
 * @throws Error when they were not exactly `records` more afterwards: a run that drops some, or sends some twice, does not
 * count
 */
export async function growingBy<Result>(
  records: number,
  end: () => Promise<number>,
  run: () => Promise<Result>,
): Promise<Result> {
  const before = await end();
  const result = await run();
  const grown = (await end()) - before;
  if (grown !== records)
    throw new Error(`the topic has ${grown} records more, not ${records}: this run does not count`);
  return result;
}
