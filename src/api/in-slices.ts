import { setImmediate as nextTurn } from 'node:timers/promises';

/** Events that may wait for a client that reads as fast as it can: fewer than would drop it. */
const SLICE = 200;

/**
 * Hands items on in slices, and lets go out in between what they caused to be sent: a batch from Kafka may have
 * thousands of records, and a stream says that it is drained only when nobody keeps the event loop.
 */
export async function inSlices<Item>(items: readonly Item[], take: (item: Item) => void): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (index > 0 && index % SLICE === 0) await nextTurn();
    take(item);
  }
}
