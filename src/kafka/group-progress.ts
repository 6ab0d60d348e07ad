import type { Settings } from '../config/settings.ts';
import { type AdminSettings, withAdmin } from './admin.ts';
import { decodeChatRecord } from './chat-record.ts';
import { openLog, type Positions } from './log-connection.ts';

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
    offsetsBehind(settings, archiverOf(settings), topic, end),
  ]);
  return { counter, archiver };
}

/**
 * The time (epoch ms) of the oldest chat message that the archiver has not committed yet; undefined when it has all, or
 * when none of that name ever committed: who writes the archive then is not known.
 * @throws AppError KAFKA_UNREACHABLE, KAFKA_TOPIC_MISSING
 */
export async function archivedUntil(settings: Settings, signal: AbortSignal): Promise<number | undefined> {
  const { KAFKA_TOPIC_CHAT_MESSAGES: topic, KAFKA_CLIENT_ID: clientId } = settings;
  const { positions, end, hasBegun } = await progressOf(settings, archiverOf(settings), topic);
  if (!hasBegun) return undefined;
  const behind = [...positions].filter(([partition, position]) => position < (end.get(partition) ?? 0));
  if (behind.length === 0) return undefined;
  const log = await openLog(settings, { topic, clientId }, signal);
  try {
    const fetched = await log.fetch(new Map(behind), FETCH_MS);
    const oldest = fetched.flatMap(({ records }) => {
      const [first] = records;
      if (first === undefined) return [];
      return [Math.min(first.timestamp, decodeChatRecord(topic, first)?.timestamp ?? first.timestamp)];
    });
    return oldest.length === 0 ? undefined : Math.min(...oldest);
  } finally {
    await log.close();
  }
}

/**
 * A question that gives how many records of chat and of windows, of those that are in the log now, the archiver has not
 * committed yet: 0 says that it holds none of them any more, also because none runs.
 * @throws AppError KAFKA_UNREACHABLE, KAFKA_TOPIC_MISSING; the question KAFKA_UNREACHABLE
 */
export async function heldByArchiver(settings: Settings): Promise<() => Promise<number>> {
  const topics = [settings.KAFKA_TOPIC_CHAT_MESSAGES, settings.KAFKA_TOPIC_WINDOWS];
  const groupId = archiverOf(settings);
  const ends = new Map<string, Positions>();
  for (const topic of topics) ends.set(topic, (await progressOf(settings, groupId, topic)).end);
  return async () => {
    if (!(await hasMembers(settings, groupId))) return 0;
    const behind = [...ends].map(([topic, end]) => offsetsBehind(settings, groupId, topic, end));
    return (await Promise.all(behind)).reduce((sum, count) => sum + count, 0);
  };
}

function hasMembers(settings: AdminSettings, groupId: string): Promise<boolean> {
  return withAdmin(settings, async (admin) => {
    const { groups } = await admin.describeGroups([groupId]);
    return groups.some(({ state }) => state !== 'Empty' && state !== 'Dead');
  });
}

const FETCH_MS = 500;

function archiverOf({ KAFKA_APPLICATION_ID }: Settings): string {
  return `${KAFKA_APPLICATION_ID}-archiver`;
}

/**
 * How many offsets below `end`, by default that of now, a consumer group has not committed yet. A group that never
 * committed has all before it.
 */
async function offsetsBehind(
  settings: AdminSettings,
  groupId: string,
  topic: string,
  wanted: Positions | undefined,
): Promise<number> {
  const { positions, end } = await progressOf(settings, groupId, topic);
  let behind = 0;
  for (const [partition, target] of wanted ?? end)
    behind += Math.max(0, target - (positions.get(partition) ?? 0));
  return behind;
}

interface Progress {
  /** What a group reads next: what it committed, or the oldest record where it never did or that is gone. */
  readonly positions: Positions;
  readonly end: Positions;
  /** Whether it ever committed. */
  readonly hasBegun: boolean;
}

function progressOf(settings: AdminSettings, groupId: string, topic: string): Promise<Progress> {
  return withAdmin(settings, async (admin) => {
    const offsets = await admin.fetchTopicOffsets(topic);
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const committed = new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return {
      hasBegun: [...committed.values()].some((offset) => offset >= 0),
      // -1 says that nothing was committed.
      positions: new Map(
        offsets.map(({ partition, low }) => [
          partition,
          Math.max(committed.get(partition) ?? -1, Number(low)),
        ]),
      ),
      end: new Map(offsets.map(({ partition, high }) => [partition, Number(high)])),
    };
  });
}
