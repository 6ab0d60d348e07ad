import type { Settings } from '../config/settings.ts';
import { withAdmin } from './admin.ts';
import type { KafkaSettings } from './client.ts';
import type { Positions } from './log-connection.ts';

/** How many offsets below `end` a consumer group has not committed yet. A group that never committed has all before it. */
export function offsetsBehind(
  settings: KafkaSettings & Pick<Settings, 'KAFKA_CLIENT_ID'>,
  groupId: string,
  topic: string,
  end: Positions,
): Promise<number> {
  return withAdmin(settings, async (admin) => {
    const lowest = new Map(
      (await admin.fetchTopicOffsets(topic)).map(({ partition, low }) => [partition, Number(low)]),
    );
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
