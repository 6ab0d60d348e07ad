import type { Admin } from 'kafkajs';
import { type AdminSettings, withAdmin } from './admin.ts';

/** How far a consumer group is behind the end of one partition. */
export interface PartitionLag {
  readonly group: string;
  /** `Stable`, `Empty` (no member now), `PreparingRebalance` … */
  readonly state: string;
  readonly topic: string;
  readonly partition: number;
  /** The offset that it reads next, as it committed it. */
  readonly committed: number;
  readonly end: number;
  readonly lag: number;
}

/**
 * Every partition for which a group has committed an offset. Groups that never commit (the API's own readers) are not
 * there.
 * @throws AppError KAFKA_UNREACHABLE
 */
export function readGroupLag(settings: AdminSettings): Promise<PartitionLag[]> {
  return withAdmin(settings, async (admin) => {
    const { groups } = await admin.listGroups();
    const ids = groups.map(({ groupId }) => groupId).sort();
    const states = await statesOf(admin, ids);
    const ends = new Map<string, Map<number, number>>();
    const lags: PartitionLag[] = [];
    for (const group of ids) {
      for (const { topic, partitions } of await admin.fetchOffsets({ groupId: group })) {
        const end = ends.get(topic) ?? (await endsOf(admin, topic));
        ends.set(topic, end);
        for (const { partition, offset } of partitions) {
          const committed = Number(offset);
          if (committed < 0) continue;
          const last = end.get(partition) ?? committed;
          const lag = Math.max(0, last - committed);
          lags.push({ group, state: states.get(group) ?? '', topic, partition, committed, end: last, lag });
        }
      }
    }
    return lags.sort(
      (a, b) => compare(a.group, b.group) || compare(a.topic, b.topic) || a.partition - b.partition,
    );
  });
}

async function statesOf(admin: Admin, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { groups } = await admin.describeGroups(ids);
  return new Map(groups.map(({ groupId, state }) => [groupId, state]));
}

async function endsOf(admin: Admin, topic: string): Promise<Map<number, number>> {
  const offsets = await admin.fetchTopicOffsets(topic);
  return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
