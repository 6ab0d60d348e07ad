/**
 * The 32-bit murmur2 of Kafka's Java client (`org.apache.kafka.common.utils.Utils.murmur2`), which places a key's
 * records. A producer that hashes otherwise would scatter a channel over partitions and lose its order.
 */
export function murmur2(data: Uint8Array): number {
  const { length } = data;
  const view = new DataView(data.buffer, data.byteOffset, length);
  let hash = 0x9747b28c ^ length;
  const words = length >> 2;
  for (let word = 0; word < words; word++) {
    let k = Math.imul(view.getInt32(word * 4, true), mixer);
    k ^= k >>> rotation;
    hash = Math.imul(hash, mixer) ^ Math.imul(k, mixer);
  }
  const tail = length & ~3;
  const rest = length & 3;
  if (rest === 3) hash ^= view.getUint8(tail + 2) << 16;
  if (rest >= 2) hash ^= view.getUint8(tail + 1) << 8;
  if (rest >= 1) hash = Math.imul(hash ^ view.getUint8(tail), mixer);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, mixer);
  hash ^= hash >>> 15;
  return hash | 0;
}

const mixer = 0x5bd1e995;
const rotation = 24;

/** The partition of a key among `partitions`, as Java's default partitioner chooses it (UTF-8, sign bit cleared). */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;
}

/** {@link partitionOf} that remembers the hashes of up to `capacity` keys: channels are few, messages many. */
export function cachedPartitioner(capacity = 100_000): (key: string, partitions: number) => number {
  const hashes = new Map<string, number>();
  return (key, partitions) => {
    let hash = hashes.get(key);
    if (hash === undefined) {
      hash = murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff;
      if (hashes.size >= capacity) hashes.clear();
      hashes.set(key, hash);
    }
    return hash % partitions;
  };
}
