import type { Admin } from 'kafkajs';
import type { Settings } from '../../src/config/settings.ts';
import { createKafka } from '../../src/kafka/client.ts';
import { groupOf } from './role-run.ts';

/** Offsets, summed over the partitions of the chat topic. */
export interface Position {
  readonly committed: number;
  readonly end: number;
}

export interface LagLooks {
  /** How far a role has come; undefined while Kafka does not answer. */
  look(): Promise<Position | undefined>;
  close(): Promise<void>;
}

/** Looks at a role's group. One after the other, through a connection that is made anew when it broke. */
export function lagLooks(settings: Settings, role: 'count' | 'archive'): LagLooks {
  // Asked again by whoever looks: kafkajs would wait for seconds.
  const kafka = createKafka(settings, {
    clientId: 'bench-lag',
    connectTimeoutMs: 1000,
    retry: { retries: 1 },
  });
  let admin: Admin | undefined;
  const close = async () => {
    const broken = admin;
    admin = undefined;
    await broken?.disconnect().catch(() => undefined);
  };
  return {
    async look() {
      try {
        if (admin === undefined) {
          admin = kafka.admin();
          await admin.connect();
        }
        return await position(admin, settings.KAFKA_TOPIC_CHAT_MESSAGES, groupOf(settings, role));
      } catch {
        await close();
        return undefined;
      }
    },
    close,
  };
}

async function position(admin: Admin, topic: string, groupId: string): Promise<Position> {
  const [group] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const ends = await admin.fetchTopicOffsets(topic);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    committed: sum((group?.partitions ?? []).map(({ offset }) => Math.max(0, Number(offset)))),
    end: sum(ends.map(({ high }) => Number(high))),
  };
}
