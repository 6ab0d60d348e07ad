import { connectCassandra } from '../cassandra/client.ts';
import type { Settings } from '../config/settings.ts';
import type { ChatMessage } from '../contract/chat-message.ts';
import { withAdmin } from '../kafka/admin.ts';
import { createKafka } from '../kafka/client.ts';
import { cachedPartitioner } from '../kafka/murmur2.ts';
import { seeded } from './seeded.ts';

export interface ChatOptions {
  readonly seed: number;
  readonly messages: number;
  /** Epoch milliseconds of the first message … */
  readonly start: number;
  /** … and the mean distance of two. */
  readonly stepMs: number;
  /** Ids; the name of channel `70001` is `channel_70001`. Default one. */
  readonly channels?: readonly [string, ...string[]];
  readonly users?: number;
}

const words = ['hello', 'Kappa', 'nice', 'привет', '😂', 'a\\b', '"quoted"', 'PogChamp'] as const;

/** Chat in send order, some messages in the same millisecond, from few users, with emotes. */
export function chat({
  seed,
  messages,
  start,
  stepMs,
  channels = ['70001'],
  users = 20,
}: ChatOptions): ChatMessage[] {
  const random = seeded(seed);
  return Array.from({ length: messages }, (_, index) => {
    const channel = random.pick(channels);
    const user = random.integer(users);
    const text = Array.from({ length: 1 + random.integer(5) }, () => random.pick(words));
    return {
      channel_id: channel,
      channel_name: `channel_${channel}`,
      message_id: random.uuid(),
      user_id: String(1000 + user),
      username: `viewer_${user}`,
      message: `${text.join(' ')} ${index}`,
      // Every third one shares its millisecond with the one before.
      timestamp: start + Math.floor((index - (index % 3 === 2 ? 1 : 0)) * stepMs),
      emotes: text.filter((word) => word === 'Kappa' || word === 'PogChamp'),
    };
  });
}

/** Writes messages to the chat topic as the ingestor does: keyed by channel, in order, acknowledged. */
export async function produceChat(settings: Settings, messages: readonly ChatMessage[]): Promise<void> {
  await produceRecords(
    settings,
    settings.KAFKA_TOPIC_CHAT_MESSAGES,
    messages.map((message) => ({ key: message.channel_id, value: JSON.stringify(message) })),
  );
}

export async function produceRecords(
  settings: Settings,
  topic: string,
  records: readonly { key: string; value: string | null }[],
): Promise<void> {
  const producer = createKafka(settings, { clientId: 'test' }).producer({
    allowAutoTopicCreation: false,
    maxInFlightRequests: 1,
    createPartitioner: () => {
      const partitionOf = cachedPartitioner();
      return ({ message, partitionMetadata }) => partitionOf(String(message.key), partitionMetadata.length);
    },
  });
  await producer.connect();
  try {
    for (let at = 0; at < records.length; at += 1000) {
      await producer.send({ topic, acks: -1, messages: records.slice(at, at + 1000) });
    }
  } finally {
    await producer.disconnect();
  }
}

/** Writes rows as the archiver does, without it. */
export async function archiveChat(settings: Settings, messages: readonly ChatMessage[]): Promise<void> {
  const session = await connectCassandra(settings);
  const table = `${settings.CASSANDRA_KEYSPACE}.${settings.CASSANDRA_TABLE}`;
  const insert = `INSERT INTO ${table} (channel_id, timestamp, message_id, user_id, username, message, emotes) VALUES (?, ?, ?, ?, ?, ?, ?)`;
  try {
    for (let at = 0; at < messages.length; at += 200) {
      await Promise.all(
        messages
          .slice(at, at + 200)
          .map((m) =>
            session.query(insert, [
              m.channel_id,
              m.timestamp,
              m.message_id,
              m.user_id,
              m.username,
              m.message,
              m.emotes.length === 0 ? null : m.emotes,
            ]),
          ),
      );
    }
    for (const [name, id] of new Map(messages.map((m) => [m.channel_name, m.channel_id]))) {
      await session.query(
        `INSERT INTO ${settings.CASSANDRA_KEYSPACE}.channels_by_name (channel_name, channel_id, updated_at) VALUES (?, ?, ?)`,
        [name, id, Date.now()],
      );
    }
  } finally {
    await session.close();
  }
}

/** As if both consumers had read the whole log, or with `low` had only begun. */
export async function commitAll(settings: Settings, at: 'high' | 'low' = 'high'): Promise<void> {
  const topic = settings.KAFKA_TOPIC_CHAT_MESSAGES;
  await withAdmin(settings, async (admin) => {
    const ends = await admin.fetchTopicOffsets(topic);
    const partitions = ends.map(({ partition, ...offsets }) => ({ partition, offset: offsets[at] }));
    const application = settings.KAFKA_APPLICATION_ID;
    const groups = [application, `${application}-archiver`];
    await Promise.all(groups.map((groupId) => admin.setOffsets({ groupId, topic, partitions })));
  });
}
