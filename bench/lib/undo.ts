const undos = new Set<() => Promise<void>>();

/**
 * What ends something that would go on without us: done once, however often it is called, by the benchmark itself or,
 * when that is interrupted, by `undoAll`.
 */
export function undoable(undo: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  const once = () => {
    done ??= undo().finally(() => undos.delete(once));
    return done;
  };
  undos.add(once);
  return once;
}

/** Ends all that is not ended yet. */
export async function undoAll(): Promise<void> {
  await Promise.allSettled([...undos].map((undo) => undo()));
}
