import type { Message } from 'kafkajs';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
import produce, {
  type ProducedPartition,
  type ProducedTopic,
  type ProduceOptions,
  type ProduceRequest,
} from 'kafkajs/src/protocol/requests/produce/index.js';

/** Since this version of the request a record has the format that is written here: KIP-98. */
const FIRST_VERSION = 3;

/** A record without headers and without a time of its own, as all of ours are. */
interface PlainRecord extends Message {
  readonly key: string;
  readonly value: string;
}

interface PlainPartition extends ProducedPartition {
  readonly messages: readonly PlainRecord[];
}

interface PlainTopic extends ProducedTopic {
  readonly partitions: readonly PlainPartition[];
}

let isInstalled = false;

/**
 * From now on kafkajs writes requests of plain records by {@link encodeRecordBatch}: the same bytes for a fifth of the CPU
 * time ([ADR 26](../../docs/adr/0026-record-batches-in-one-piece.md)). Its own encoder stays for compressed and
 * transactional requests, and for records with headers or times.
 */
export function encodeProduceRequests(): void {
  if (isInstalled) return;
  isInstalled = true;
  const { protocol } = produce;
  produce.protocol = ({ version }) => {
    const prepare = protocol({ version });
    return version < FIRST_VERSION ? prepare : (options) => withOwnEncoding(prepare(options), options);
  };
}

function withOwnEncoding(prepared: ProduceRequest, options: ProduceOptions): ProduceRequest {
  const { topicData, acks, timeout } = options;
  if (options.compression || options.transactionalId != null || !topicData.every(isPlainTopic))
    return prepared;
  const encode = async () => {
    const now = Date.now();
    const encoder = new Encoder()
      .writeString(null)
      .writeInt16(acks)
      .writeInt32(timeout)
      .writeInt32(topicData.length);
    for (const { topic, partitions } of topicData) {
      encoder.writeString(topic).writeInt32(partitions.length);
      for (const data of partitions)
        encoder.writeInt32(data.partition).writeBytes(encodeRecordBatch(data, options, now));
    }
    return encoder;
  };
  return { ...prepared, request: { ...prepared.request, encode } };
}

function isPlainTopic(topic: ProducedTopic): topic is PlainTopic {
  return topic.partitions.every(({ messages }) => messages.every(isPlain));
}

function isPlain({ key, value, headers, timestamp }: Message): boolean {
  return (
    typeof key === 'string' && typeof value === 'string' && headers === undefined && timestamp === undefined
  );
}

/** What stands before the records, and the part of it that the checksum leaves out. */
const HEADER_BYTES = 61;
const CHECKED_FROM = 21;
/** The length field counts what comes behind it. */
const LENGTH_ENDS_AT = 12;

/** One partition's records in format 2; https://kafka.apache.org/documentation/#recordbatch */
function encodeRecordBatch(
  { messages, firstSequence }: PlainPartition,
  { producerId, producerEpoch }: Pick<ProduceOptions, 'producerId' | 'producerEpoch'>,
  now: number,
): Buffer {
  const records = messages.map(measured);
  const size = records.reduce((sum, { body }) => sum + varintSize(body) + body, HEADER_BYTES);
  const batch = Buffer.allocUnsafe(size);
  let at = batch.writeBigInt64BE(0n);
  at = batch.writeInt32BE(size - LENGTH_ENDS_AT, at);
  at = batch.writeInt32BE(0, at);
  at = batch.writeInt8(2, at);
  const checksumAt = at;
  at = batch.writeInt16BE(0, CHECKED_FROM);
  at = batch.writeInt32BE(records.length - 1, at);
  at = batch.writeBigInt64BE(BigInt(now), at);
  at = batch.writeBigInt64BE(BigInt(now), at);
  at = batch.writeBigInt64BE(BigInt(String(producerId)), at);
  at = batch.writeInt16BE(producerEpoch, at);
  at = batch.writeInt32BE(firstSequence, at);
  at = batch.writeInt32BE(records.length, at);
  for (const [index, { key, keySize, value, valueSize, body }] of records.entries()) {
    at = writeVarint(batch, body, at);
    batch[at++] = 0;
    batch[at++] = 0;
    at = writeVarint(batch, index, at);
    at = writeVarint(batch, keySize, at);
    at = writeText(batch, key, keySize, at);
    at = writeVarint(batch, valueSize, at);
    at = writeText(batch, value, valueSize, at);
    batch[at++] = 0;
  }
  batch.writeUInt32BE(crc32C(batch.subarray(CHECKED_FROM)), checksumAt);
  return batch;
}

/** With sizes in bytes; the body of a record has its attributes, the difference of its time and the number of its headers, all of them 0, too. */
function measured({ key, value }: PlainRecord, index: number) {
  const keySize = Buffer.byteLength(key);
  const valueSize = Buffer.byteLength(value);
  const body = 3 + varintSize(index) + varintSize(keySize) + keySize + varintSize(valueSize) + valueSize;
  return { key, keySize, value, valueSize, body };
}

/** Numbers in zigzag, which doubles those that are not negative; here none is, and none exceeds 2³⁰. */
function varintSize(number: number): number {
  let size = 1;
  for (let rest = number >>> 6; rest > 0; rest >>>= 7) size++;
  return size;
}

function writeVarint(buffer: Buffer, number: number, start: number): number {
  let at = start;
  let rest = number << 1;
  for (; rest > 0x7f; rest >>>= 7) buffer[at++] = (rest & 0x7f) | 0x80;
  buffer[at++] = rest;
  return at;
}

/** ASCII, where each character is a byte, is copied as it is. */
function writeText(buffer: Buffer, text: string, size: number, at: number): number {
  return at + buffer.write(text, at, size, size === text.length ? 'latin1' : 'utf8');
}
