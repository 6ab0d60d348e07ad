import type { KafkaMessage } from 'kafkajs';
import { expect, test } from 'vitest';
import { ReaderProgress } from './reader-progress.ts';
import { handOn } from './reader-session.ts';

function handTwo({ isStale = false, heartbeat = async () => {} } = {}) {
  const progress = new ReaderProgress();
  progress.begin('chat', 0, 0, 3);
  const handed: number[] = [];
  const message = (offset: number) =>
    ({ offset: String(offset), key: null, value: null, timestamp: '0' }) as KafkaMessage;
  // The third is a control record.
  const batch = {
    topic: 'chat',
    partition: 0,
    messages: [message(0), message(1)],
    highWatermark: '3',
    lastOffset: () => '2',
  };
  const done = handOn(
    { batch, heartbeat, isRunning: () => true, isStale: () => isStale },
    { onRecords: (records) => void handed.push(...records.map(({ offset }) => offset)) },
    progress,
  );
  return { done, handed, position: () => progress.position('chat', 0) };
}

test('what was handed on is passed, control records too', async () => {
  const { done, handed, position } = handTwo();
  await done;
  expect([handed, position()]).toEqual([[0, 1], 3]);
});

test('what a rejoin has made stale is not passed: it is read again', async () => {
  const { done, handed, position } = handTwo({ isStale: true });
  await done;
  expect([handed, position()]).toEqual([[], 0]);
});

test('what was handed on is passed though the group is rebalanced then', async () => {
  const { done, handed, position } = handTwo({ heartbeat: () => Promise.reject(new Error('rebalancing')) });
  await expect(done).rejects.toThrow('rebalancing');
  expect([handed, position()]).toEqual([[0, 1], 3]);
});
