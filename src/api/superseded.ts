import type { TopicRecord } from '../kafka/reader-session.ts';

/**
 * The records of a batch of a compacted topic without those that say nothing any more: those that were appended before `since`
 * (epoch ms) and that another one of their key follows. A topic that was written all day has thousands of them for each key
 * until Kafka compacts it.
 */
export function withoutSuperseded(records: readonly TopicRecord[], since: number): readonly TopicRecord[] {
  const last = new Map(records.map(({ key, offset }) => [key, offset]));
  return records.filter(
    ({ key, offset, timestamp }) => key === undefined || timestamp >= since || last.get(key) === offset,
  );
}
