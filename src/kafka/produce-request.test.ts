import fc from 'fast-check';
import type { Message } from 'kafkajs';
import kafkajsRequests from 'kafkajs/src/protocol/requests/index.js';
import produce, { type ProduceOptions } from 'kafkajs/src/protocol/requests/produce/index.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeProduceRequests } from './produce-request.ts';

const kafkajsOwn = produce.protocol;
encodeProduceRequests();

beforeEach(() => {
  // Requests say when they were made.
  vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 2, 14) });
});
afterEach(() => {
  vi.useRealTimers();
});

async function bytes(protocol: typeof produce.protocol, version: number, options: ProduceOptions) {
  const encoder = await protocol({ version })(options).request.encode();
  return Buffer.from(encoder.buffer);
}

function optionsOf(
  partitions: readonly (readonly Message[])[],
  options: Partial<ProduceOptions> = {},
): ProduceOptions {
  const topic = { topic: 'chät', partitions: partitions.map(partitionOf) };
  return { acks: -1, timeout: 30_000, producerId: '1', producerEpoch: 0, topicData: [topic], ...options };
}

function partitionOf(messages: readonly Message[], partition: number) {
  return { partition, firstSequence: 7 * partition, messages };
}

const text = fc.string({ unit: 'binary', maxLength: 300 });
const messages = fc.array(fc.record({ key: text, value: text }), { minLength: 1, maxLength: 200 });

describe.each([3, 5, 7])('a request of version %i', (version) => {
  it('is byte for byte what kafkajs makes of it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(messages, { minLength: 1, maxLength: 3 }),
        fc.bigInt({ min: 0n, max: 2n ** 62n }),
        fc.nat(32_767),
        async (partitions, producerId, producerEpoch) => {
          const options = optionsOf(partitions, { producerId: String(producerId), producerEpoch });
          const own = await bytes(produce.protocol, version, options);
          expect(own.equals(await bytes(kafkajsOwn, version, options))).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });
});

it.each([0, 1, 63, 64, 127, 128, 8191, 8192, 70_000, 1_100_000])(
  'writes a value of %i bytes',
  async (size) => {
    const options = optionsOf([[{ key: '1', value: 'a'.repeat(size) }]]);
    const own = await bytes(produce.protocol, 7, options);
    expect(own.equals(await bytes(kafkajsOwn, 7, options))).toBe(true);
  },
);

it('numbers more records than fit one byte of an offset', async () => {
  const many = Array.from({ length: 20_000 }, (_, index) => ({ key: '1', value: String(index) }));
  const own = await bytes(produce.protocol, 7, optionsOf([many]));
  expect(own.equals(await bytes(kafkajsOwn, 7, optionsOf([many])))).toBe(true);
});

it.each<[string, Message, Partial<ProduceOptions>]>([
  ['headers', { key: '1', value: 'a', headers: { from: 'b' } }, {}],
  ['a time of its own', { key: '1', value: 'a', timestamp: '1700000000000' }, {}],
  ['no key', { value: 'a' }, {}],
  ['no value', { key: '1', value: null }, {}],
  ['bytes', { key: '1', value: Buffer.from('a') }, {}],
  ['a transaction', { key: '1', value: 'a' }, { transactionalId: 'me' }],
  ['compression', { key: '1', value: 'a' }, { compression: 1 }],
])('leaves a record with %s to kafkajs', async (_, message, options) => {
  const asked = optionsOf([[message]], options);
  const own = await bytes(produce.protocol, 7, asked);
  expect(own.equals(await bytes(kafkajsOwn, 7, asked))).toBe(true);
});

it('is what brokers of kafkajs ask for', () => {
  expect(produce.protocol).not.toBe(kafkajsOwn);
  expect(kafkajsRequests.requests.Produce).toBe(produce);
});
