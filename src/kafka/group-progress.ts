import type { Settings } from '../config/settings.ts';
import { withAdmin } from './admin.ts';
import type { KafkaSettings } from './client.ts';
import type { Positions } from './log-connection.ts';

export interface ConsumersBehind {
  readonly counter: number;
  readonly archiver: number;
}

/**
 * How many records of chat below `end`, by default the end of the log as it is now, counter and archiver have not
 * committed yet. The counter's group is its application id; the archiver's is named after it.
 * @throws AppError KAFKA_UNREACHABLE
 */
export async function consumersBehind(settings: Settings, end?: Positions): Promise<ConsumersBehind> {
  const { KAFKA_APPLICATION_ID: application, KAFKA_TOPIC_CHAT_MESSAGES: topic } = settings;
  const [counter, archiver] = await Promise.all([
    offsetsBehind(settings, application, topic, end),
    offsetsBehind(settings, `${application}-archiver`, topic, end),
  ]);
  return { counter, archiver };
}

/**
 * How many offsets below `end`, by default that of now, a consumer group has not committed yet. A group that never
 * committed has all before it.
 */
function offsetsBehind(
  settings: KafkaSettings & Pick<Settings, 'KAFKA_CLIENT_ID'>,
  groupId: string,
  topic: string,
  wanted: Positions | undefined,
): Promise<number> {
  return withAdmin(settings, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    const lowest = new Map(offsets.map(({ partition, low }) => [partition, Number(low)]));
    const end = wanted ?? new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const positions = new Map(
      committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
    );
    let behind = 0;
    for (const [partition, target] of end) {
      // -1 says that nothing was committed.
      const position = Math.max(positions.get(partition) ?? -1, lowest.get(partition) ?? 0);
      behind += Math.max(0, target - position);
    }
    return behind;
  });
}
