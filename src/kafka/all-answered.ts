import type { RecordMetadata } from 'kafkajs';

/** For the sets of {@link assertAllAnswered}. */
export function partitionName(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}

/**
 * Throws when a send resolved although brokers did not answer for all partitions that it had records for.
 *
 * When a leader moves while a send is under way, kafkajs 2.2.4 tries again, but asks only those brokers that have not
 * answered yet (producer/sendMessages.js, `brokersWithoutResponse`): a partition that moved to one that has is then sent
 * nowhere, and the send resolves. Its records would be lost, and nobody told.
 */
export function assertAllAnswered(sent: ReadonlySet<string>, answers: readonly RecordMetadata[]): void {
  const answered = new Set(answers.map(({ topicName, partition }) => partitionName(topicName, partition)));
  const missing = [...sent].filter((name) => !answered.has(name));
  if (missing.length > 0) throw new Error(`no broker answered for ${missing.join(', ')}`);
}
