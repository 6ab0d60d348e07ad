/** kafkajs copies the records of a partition once for each of them: in its groupMessagesPerPartition.js. */
export const MAX_RECORDS = 1000;

/**
 * Kafka refuses the records of one partition in one request beyond 1 MiB, `max.message.bytes` by default, for ever
 * (https://kafka.apache.org/documentation/#topicconfigs_max.message.bytes). In the worst case all of them go to one.
 */
const MAX_BYTES = 1_000_000;

/** What the format adds to a record, and to each of its headers, at most: KIP-98, "Record Format". */
const RECORD_OVERHEAD_BYTES = 21;
const HEADER_OVERHEAD_BYTES = 10;

type Bytes = string | Buffer;

/** As much of a record as takes room. */
export interface SizedRecord {
  readonly key: Bytes | null;
  readonly value: Bytes | null;
  readonly headers?: Readonly<Record<string, Bytes | readonly Bytes[] | undefined>> | undefined;
}

/** Cuts records, in their order, into as much as one request may hold; a record that is larger than that goes alone. */
export function requestParts<Sized extends SizedRecord>(records: readonly Sized[]): (readonly Sized[])[] {
  const parts: (readonly Sized[])[] = [];
  let begin = 0;
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    const size = sizeOf(record);
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

function sizeOf({ key, value, headers }: SizedRecord): number {
  let size = lengthOf(key) + lengthOf(value) + RECORD_OVERHEAD_BYTES;
  for (const [name, values] of Object.entries(headers ?? {})) {
    for (const one of Array.isArray(values) ? values : [values])
      size += Buffer.byteLength(name) + lengthOf(one) + HEADER_OVERHEAD_BYTES;
  }
  return size;
}

function lengthOf(bytes: Bytes | null | undefined): number {
  return bytes === null || bytes === undefined ? 0 : Buffer.byteLength(bytes);
}
