import type { OutgoingRecord } from './spool.ts';

/** kafkajs copies the records of a partition once for each of them: in its groupMessagesPerPartition.js. */
export const MAX_RECORDS = 1000;

/**
 * Kafka refuses the records of one partition in one request beyond 1 MiB, `max.message.bytes` by default, for ever
 * (https://kafka.apache.org/documentation/#topicconfigs_max.message.bytes). In the worst case all of them go to one.
 */
const MAX_BYTES = 1_000_000;

/** What the format adds to key and value of a record without headers, at most: KIP-98, "Record Format". */
const RECORD_OVERHEAD_BYTES = 21;

/** Cuts records, in their order, into as much as one request may hold; a record that is larger than that goes alone. */
export function requestParts(records: readonly OutgoingRecord[]): (readonly OutgoingRecord[])[] {
  const parts: (readonly OutgoingRecord[])[] = [];
  let begin = 0;
  let bytes = 0;
  for (const [index, { key, value }] of records.entries()) {
    const size = Buffer.byteLength(key) + Buffer.byteLength(value) + RECORD_OVERHEAD_BYTES;
    if (index > begin && (index - begin === MAX_RECORDS || bytes + size > MAX_BYTES)) {
      parts.push(records.slice(begin, index));
      begin = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (begin < records.length) parts.push(records.slice(begin));
  return parts;
}
