import { appendFile, writeFile } from 'node:fs/promises';
import type { Settings } from '../../src/config/settings.ts';
import { withAdmin } from '../../src/kafka/admin.ts';
import { createLineGenerator } from '../../src/simulator/line-generator.ts';
import { inventedChannels } from '../../src/simulator/rooms.ts';
import { createIntake } from '../../src/twitch/intake.ts';
import { runJavaPeer } from './java-peer.ts';

const CHUNK = 20_000;
const SPAN_MS = 3_600_000;
/** All records are in memory before the first is sent: enough for 4 000 000. */
const FILL_HEAP_MB = 4096;

/** Writes `count` records (key, tab, JSON) of 50 channels, an hour of chat: what the ingestor makes of the lines. */
export async function writeChatPayloads(file: string, count: number): Promise<void> {
  const start = Date.now() - SPAN_MS;
  const generator = createLineGenerator(inventedChannels(50), 1);
  let records: string[] = [];
  const intake = createIntake({
    includeMirrored: false,
    onMessage: (message) => records.push(`${message.channel_id}\t${JSON.stringify(message)}\n`),
  });
  await writeFile(file, '');
  for (let index = 0; index < count; index++) {
    intake.take(generator.next(Math.floor(start + (index / count) * SPAN_MS)).raw);
    if (records.length >= CHUNK || index === count - 1) {
      await appendFile(file, records.join(''));
      records = [];
    }
  }
}

/** Sends the records of such a file to the chat topic. @returns the end offset of each partition */
export async function fillChatTopic(
  settings: Settings,
  file: string,
  kafkaClassPath: readonly string[],
): Promise<ReadonlyMap<number, number>> {
  const { KAFKA_BROKERS: brokers, KAFKA_TOPIC_CHAT_MESSAGES: topic } = settings;
  await runJavaPeer('ProducerPeer.java', kafkaClassPath, [brokers.join(','), topic, file], FILL_HEAP_MB);
  return topicEnds(settings, settings.KAFKA_TOPIC_CHAT_MESSAGES);
}

export function topicEnds(settings: Settings, topic: string): Promise<ReadonlyMap<number, number>> {
  return withAdmin(
    settings,
    async (admin) =>
      new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)])),
  );
}
