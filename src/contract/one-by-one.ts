/** Runs what it is given one after the other, whatever became of the one before. */
export function oneByOne(): <T>(task: () => Promise<T>) => Promise<T> {
  let previous: Promise<unknown> = Promise.resolve();
  return (task) => {
    const next = previous.then(task);
    previous = next.catch(() => undefined);
    return next;
  };
}
